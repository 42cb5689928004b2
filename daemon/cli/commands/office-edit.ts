// `cardea office add|set|show|list|remove KIND …`: the records of the site on the command line. They work on the store itself, whether or
// not the office runs.

import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parseDocument } from '../../../config/document.ts';
import { isRecord } from '../../../config/raw.ts';
import { changeRecords, type Wanted } from '../../../sync/office/records/change.ts';
import { isRecordKind, isTextKind, type RecordKind, recordKinds } from '../../../sync/office/records/kinds.ts';
import { listRecords } from '../../../sync/office/records/list.ts';
import { merged } from '../../../sync/office/records/merged.ts';
import { missing, RecordsView } from '../../../sync/office/records/view.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, withStore } from '../office-access.ts';
import { byOf, byOption, requestOf } from '../office-by.ts';
import { type ChangeOutput, dryRunOption, printChange } from '../office-change.ts';
import { columns } from '../text.ts';

interface ChangeOptions extends OfficeOptions, ChangeOutput {
  readonly by?: string;
  readonly reason?: string;
}

interface ListOptions extends OfficeOptions {
  readonly search?: string;
  readonly customer?: string;
  readonly team?: string;
  readonly members?: boolean;
  readonly contacts?: boolean;
  readonly json?: boolean;
}

const kindWords = `one of ${recordKinds.join(', ')}`;
const keysWords = 'keys as name="Ana Silva" or teams=["acme"] (JSON, else a text), or one file of them, as @ana.json';

export function registerOfficeEdit(office: Command, io: Io): void {
  changing(office.command('add'), 'adds a record')
    .argument('<keys...>', keysWords)
    .addHelpText('after', '\nExample:\n  cardea office add customers id=ana name="Ana Silva" --by sam')
    .action((kind: string, keys: string[], options: ChangeOptions) => {
      const of = kindOf(kind);
      const record = isTextKind(of) ? keys[0] : recordOf(keys);
      const places = of === 'accessRules' || of === 'unlockSchedules';
      return change(options, io, 'put', [{ does: 'put', kind: of, record, ...(places ? {} : { expected: null }) }]);
    });
  changing(office.command('set'), 'changes some keys of a record; key=null sets its default')
    .argument('<id>', 'which record')
    .argument('<keys...>', keysWords)
    .addHelpText('after', '\nExample:\n  cardea office set customers ana teams=\'["acme"]\' --by sam')
    .action((kind: string, id: string, keys: string[], options: ChangeOptions) => {
      const of = kindOf(kind);
      const patch = recordOf(keys);
      return change(options, io, 'put', (view) => [
        { does: 'put', kind: of, id, record: merged(view.get(of, id), patch) },
      ]);
    });
  changing(office.command('remove'), 'removes a record; refused while others need it')
    .argument('<id>', 'which record')
    .action((kind: string, id: string, options: ChangeOptions) =>
      change(options, io, 'remove', [{ does: 'remove', kind: kindOf(kind), id }]),
    );
  registerShow(office, io);
  registerList(office, io);
}

function changing(command: Command, description: string): Command {
  return command
    .description(description)
    .argument('<kind>', kindWords)
    .option(...byOption)
    .option('--reason <text>', 'why, for the audit log')
    .option(...dryRunOption)
    .option(...configOption)
    .option('--json', 'one JSON object: {revision, changed, warnings, applied}');
}

async function change(options: ChangeOptions, io: Io, action: string, wanted: Wanted): Promise<void> {
  const nowMs = io.clock.now().wallMs;
  const by = byOf(options.by, io);
  const origin = { by, via: 'cli', request: requestOf(io), action, reason: options.reason ?? null, nowMs } as const;
  const preview = options.dryRun === true;
  const result = await withStore(options, preview ? 'read' : 'write', io, (store) =>
    changeRecords(store, wanted, { origin, preview }),
  );
  printChange(result, options, io);
}

function registerShow(office: Command, io: Io): void {
  office
    .command('show')
    .description('shows a record, as a replica document has it')
    .argument('<kind>', kindWords)
    .argument('<id>', 'which record')
    .option(...configOption)
    .option('--json', 'one JSON object: {id, version, record}')
    .action((kind: string, id: string, options: OfficeOptions & { readonly json?: boolean }) =>
      withStore(options, 'read', io, (store) => {
        const of = kindOf(kind);
        const view = new RecordsView(store);
        const body = view.body(of, id);
        const record = view.find(of, id);
        if (body === undefined) throw missing(of, id);
        const told = { id, version: view.versionOf(body), record };
        io.out(options.json === true ? JSON.stringify(told) : JSON.stringify(record, null, 2));
      }),
    );
}

function registerList(office: Command, io: Io): void {
  office
    .command('list')
    .description('lists records, in order of their ids')
    .argument('<kind>', kindWords)
    .option('--search <words>', 'only those with these words in the name, the id or what they belong to')
    .option('--customer <id>', 'only of this customer')
    .option('--team <id>', 'only of this team')
    .option('--members', 'customers with a contract that is active now')
    .option('--contacts', 'customers without one')
    .option(...configOption)
    .option('--json', 'one JSON object a line: {id, version, record}')
    .addHelpText('after', '\nExample:\n  cardea office list customers --members --search silva')
    .action(async (kind: string, options: ListOptions) => {
      const of = kindOf(kind);
      const { search, customer, team, members, contacts } = options;
      if ((members === true || contacts === true) && (of !== 'customers' || members === contacts)) {
        throw new CliError('usage', '--members or --contacts: one of them, and only of customers', 2);
      }
      const membership = members === true ? 'member' : contacts === true ? 'contact' : undefined;
      await withStore(options, 'read', io, async (store) => {
        const view = new RecordsView(store);
        let after: string | null = '';
        while (after !== null) {
          const page: ReturnType<typeof listRecords> = listRecords(view, of, {
            ...{ search, customer, team, membership, after },
            limit: 500,
            nowMs: io.clock.now().wallMs,
          });
          for (const one of page.items) io.out(options.json === true ? JSON.stringify(one) : lineOf(one));
          after = page.next;
          await io.drained();
        }
      });
    });
}

function lineOf({ id, record }: { readonly id: string; readonly record: unknown }): string {
  if (!isRecord(record)) return id;
  const rest = Object.entries(record).filter(([key, value]) => {
    const empty = value === null || value === false || (Array.isArray(value) && value.length === 0);
    return !['id', 'value'].includes(key) && !empty && typeof value !== 'object';
  });
  return columns([id, rest.map(([key, value]) => `${key} ${String(value)}`).join(', ')], [20]);
}

/** @throws CliError `usage` */
function kindOf(kind: string): RecordKind {
  if (isRecordKind(kind)) return kind;
  throw new CliError('usage', `${JSON.stringify(kind)} is no kind of record; allowed is ${recordKinds.join(', ')}`, 2);
}

/** @throws CliError `usage`, FileError */
function recordOf(keys: readonly string[]): Record<string, unknown> {
  const [first = '', ...more] = keys;
  if (first.startsWith('@') && more.length === 0) {
    const file = first.slice(1);
    const { value } = parseDocument(textOf(file), file);
    if (isRecord(value)) return value;
    throw new CliError('usage', `${file}: allowed is one record, as a mapping of its keys`, 2);
  }
  return Object.fromEntries(keys.map((text) => keyOf(text)));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new CliError('usage', `${file}: cannot be read (${code})`, 2, error);
  }
}

function keyOf(text: string): [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw new CliError('usage', `${JSON.stringify(text)}: allowed is key=value`, 2);
  const [key, value] = [text.slice(0, at), text.slice(at + 1)];
  // A card's number may look like a number, and is a text.
  if (key === 'value' || key === 'price' || key === 'taxRate' || !/^(?:[[{"]|null$|true$|false$|-?\d+$)/.test(value)) {
    return [key, value];
  }
  try {
    return [key, JSON.parse(value) as unknown];
  } catch (error) {
    throw new CliError(
      'usage',
      `${key}: the value is no JSON: ${error instanceof Error ? error.message : ''}`,
      2,
      error,
    );
  }
}
