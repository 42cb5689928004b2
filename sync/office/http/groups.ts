// The groups of routes: one line each (api.ts says how one is made).

import type { RouteGroup } from './api.ts';
import { actionRoutes } from './routes/actions.ts';
import { auditRoutes } from './routes/audit.ts';
import { changeRoutes } from './routes/changes.ts';
import { passRoutes } from './routes/passes.ts';
import { personRoutes } from './routes/person.ts';
import { receptionRoutes } from './routes/reception.ts';
import { recordRoutes } from './routes/records.ts';
import { ticketRoutes } from './routes/tickets.ts';

export const groups: readonly RouteGroup[] = [
  recordRoutes,
  actionRoutes,
  changeRoutes,
  passRoutes,
  auditRoutes,
  receptionRoutes,
  ticketRoutes,
  personRoutes,
];
