// Ids that are given to the office's lists: one that nobody ever had is told of, and never answered with an empty list.

import { readControllers } from '../../sync/office/store/controllers.ts';
import type { OfficeStore } from '../../sync/office/store/open.ts';
import { CliError } from './cli-error.ts';

export interface GivenIds {
  readonly space?: string | undefined;
  readonly customer?: string | undefined;
  readonly controller?: string | undefined;
  /** Of the office's config. */
  readonly controllers?: readonly string[];
}

/** Known is what the document has, or any record names. @throws CliError `unknown-id`, status 2 */
export function mustKnow(store: OfficeStore, { space, customer, controller, controllers = [] }: GivenIds): void {
  if (space !== undefined && !inVisits(store, 'spaces', 'space', space)) {
    throw unknown('--space', space, `spaces here: ${some(ids(store, 'spaces'))}`);
  }
  if (customer !== undefined && !inVisits(store, 'customers', 'customer', customer)) {
    throw unknown('--customer', customer, 'no customer of the imported document and of no visit: check the id');
  }
  if (controller === undefined) return;
  const known = [...new Set([...controllers, ...heard(store), 'office'])].sort();
  if (!known.includes(controller)) throw unknown('--controller', controller, `controllers here: ${some(known)}`);
}

function inVisits({ db }: OfficeStore, kind: string, column: 'space' | 'customer', id: string): boolean {
  return (
    db
      .prepare(
        `SELECT 1 WHERE EXISTS (SELECT 1 FROM records WHERE kind = ? AND id = ?)
           OR EXISTS (SELECT 1 FROM visits WHERE ${column} = ?)`,
      )
      .get(kind, id, id) !== undefined
  );
}

function ids({ db }: OfficeStore, kind: string): string[] {
  return db.prepare<[string], string>('SELECT id FROM records WHERE kind = ? ORDER BY id').pluck().all(kind);
}

function heard(store: OfficeStore): string[] {
  const writers = store.db.prepare<[], string>('SELECT DISTINCT controller FROM cursors').pluck().all();
  return [...writers, ...readControllers(store).map(({ controller }) => controller)];
}

const listed = 8;

function some(known: readonly string[]): string {
  if (known.length === 0) return 'none';
  const more = known.length > listed ? ` and ${known.length - listed} more` : '';
  return `${known.slice(0, listed).join(', ')}${more}`;
}

function unknown(option: string, id: string, known: string): CliError {
  return new CliError('unknown-id', `${option} ${JSON.stringify(id)} is known to nobody here; ${known}`, 2);
}
