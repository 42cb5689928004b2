// `cardea office`: the central office, run in the foreground, and its records on the command line.

import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { registerOfficeActions } from './office-actions.ts';
import { registerOfficeAnomalies } from './office-anomalies.ts';
import { registerOfficeAudit } from './office-audit.ts';
import { registerOfficeCommand } from './office-command.ts';
import { registerOfficeCommands } from './office-commands.ts';
import { registerOfficeControllers } from './office-controllers.ts';
import { registerOfficeDesk } from './office-desk.ts';
import { registerOfficeEdit } from './office-edit.ts';
import { registerOfficeEvents } from './office-events.ts';
import { registerOfficeExport } from './office-export.ts';
import { registerOfficeHistory } from './office-history.ts';
import { registerOfficeImport } from './office-import.ts';
import { registerOfficePass } from './office-pass.ts';
import { registerOfficePerson } from './office-person.ts';
import { registerOfficeCheckins, registerOfficePresent } from './office-records.ts';
import { registerOfficeRun } from './office-run.ts';
import { registerOfficeTickets } from './office-tickets.ts';
import { registerOfficeTokens } from './office-tokens.ts';
import { registerOfficeVerify } from './office-verify.ts';
import { registerOfficeVisitor, registerOfficeVisitors } from './office-visitors.ts';
import { registerOfficeWebhooks } from './office-webhooks.ts';

export function registerOffice(program: Command, io: Io): void {
  const office = program
    .command('office')
    .description('the central office: publishes replicas, receives and keeps check-ins')
    .addHelpText('after', '\nExample:\n  cardea office present --config office.yaml');
  registerOfficeRun(office, io);
  registerOfficeImport(office, io);
  registerOfficeCheckins(office, io);
  registerOfficePresent(office, io);
  registerOfficeHistory(office, io);
  registerOfficeExport(office, io);
  registerOfficeDesk(office, io);
  registerOfficeVisitors(office, io);
  registerOfficeVisitor(office, io);
  registerOfficeTickets(office, io);
  registerOfficeAnomalies(office, io);
  registerOfficeEvents(office, io);
  registerOfficeControllers(office, io);
  registerOfficeCommand(office, io);
  registerOfficeCommands(office, io);
  registerOfficeWebhooks(office, io);
  registerOfficeTokens(office, io);
  registerOfficeEdit(office, io);
  registerOfficeActions(office, io);
  registerOfficePass(office, io);
  registerOfficeAudit(office, io);
  registerOfficePerson(office, io);
  registerOfficeVerify(office, io);
}
