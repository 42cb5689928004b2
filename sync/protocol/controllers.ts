// Who the site's controllers are, as a manifest of the office says: the list, and which manifest first said it, so that an older one
// that somebody sends again takes nothing back.

import { z } from 'zod';
import { countField, idField } from './fields.ts';

/** Controllers of a site, at most. */
const maxControllers = 4_096;

export const controllersSchema = z.array(z.object({ id: idField, publicKey: z.string().max(200) })).max(maxControllers);

export interface NamedControllers {
  readonly controllers: readonly { readonly id: string; readonly publicKey: string }[];
  readonly revision: number;
  /** UTC milliseconds; null: the office did not say. */
  readonly issuedAtMs: number | null;
}

/** As a controller keeps it, in pieces; `of`: how many there are in all. */
export const namedControllersSchema = z.object({
  controllers: controllersSchema,
  of: countField,
  revision: countField,
  issuedAtMs: z.number().nullable(),
});

/** Nobody was ever named. */
export const nobodyNamed: NamedControllers = { controllers: [], revision: 0, issuedAtMs: null };

/** Whether that was said before `before` was: it says nothing any more. */
export function isOlderWord(one: NamedControllers, before: NamedControllers): boolean {
  if (one.revision !== before.revision) return one.revision < before.revision;
  return before.issuedAtMs !== null && (one.issuedAtMs ?? 0) < before.issuedAtMs;
}

export function sameControllers(a: NamedControllers, b: NamedControllers): boolean {
  const named = new Map(b.controllers.map(({ id, publicKey }) => [id, publicKey]));
  return a.controllers.length === named.size && a.controllers.every(({ id, publicKey }) => named.get(id) === publicKey);
}
