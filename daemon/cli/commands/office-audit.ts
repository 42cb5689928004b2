// `cardea office audit`: who changed what, the latest first.

import type { Command } from 'commander';
import { type AuditEntry, readAudit, readAuditIds } from '../../../sync/office/records/audit.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, withStore } from '../office-access.ts';
import { parseSince } from '../since.ts';
import { columns, localTime } from '../text.ts';

interface Options extends OfficeOptions {
  readonly since?: string;
  readonly kind?: string;
  readonly id?: string;
  readonly by?: string;
  readonly entry?: string;
  readonly json?: boolean;
}

const widths = [19, 7, 12, 6, 14];
const pageRows = 500;

export function registerOfficeAudit(office: Command, io: Io): void {
  office
    .command('audit')
    .description('who changed what, the latest first')
    .option('--since <when>', 'only since then: an instant, or how long ago as 24h')
    .option('--kind <kind>', 'only records of this kind')
    .option('--id <id>', 'only the record of this id')
    .option('--by <name>', 'only by this person or token')
    .option('--entry <number>', 'what the import of this entry changed')
    .option(...configOption)
    .option('--json', 'one JSON object a line, with before and after')
    .addHelpText('after', '\nExample:\n  cardea office audit --since 7d --kind credentials')
    .action((options: Options) =>
      withStore(options, 'read', io, async (store) => {
        if (options.entry !== undefined) {
          await printIds(store, options.entry, io, options.json === true);
          return;
        }
        const { kind, id, by, since } = options;
        const sinceMs = since === undefined ? undefined : parseSince(since, io.clock.now().wallMs);
        let before: number | undefined;
        for (let first = true; ; first = false) {
          const rows = readAudit(store, { kind, id, by, sinceMs, before, limit: pageRows });
          if (first && rows.length === 0 && options.json !== true) io.out('nothing was changed');
          if (first && rows.length > 0 && options.json !== true) io.out(columns(heading, widths));
          for (const row of rows) io.out(options.json === true ? JSON.stringify(row) : lineOf(row));
          await io.drained();
          before = rows.at(-1)?.entry;
          if (rows.length < pageRows) return;
        }
      }),
    );
}

const heading = ['when', 'entry', 'by', 'from', 'what', 'record'];

function lineOf({ at, entry, by, via, action, kind, id, did, reason, counts }: AuditEntry): string {
  const record = kind === null ? countWords(counts) : `${did} ${kind} ${id}`;
  const cells = [localTime(at), String(entry), by, via, action, `${record}${reason === null ? '' : ` (${reason})`}`];
  return columns(cells, widths);
}

function countWords(counts: unknown): string {
  const { kinds } = counts as { readonly kinds: Readonly<Record<string, Readonly<Record<string, number>>>> };
  const all = Object.entries(kinds).flatMap(([kind, did]) =>
    Object.entries(did).flatMap(([what, count]) => (count > 0 ? [`${count} ${kind} ${what}`] : [])),
  );
  return all.length === 0 ? 'nothing' : all.join(', ');
}

async function printIds(
  store: Parameters<typeof readAuditIds>[0],
  entry: string,
  io: Io,
  json: boolean,
): Promise<void> {
  if (!/^\d{1,15}$/.test(entry))
    throw new CliError('usage', `--entry ${JSON.stringify(entry)}: allowed is a number`, 2);
  let after = { kind: '', id: '' };
  for (;;) {
    const rows = readAuditIds(store, Number(entry), after, pageRows);
    for (const row of rows) io.out(json ? JSON.stringify(row) : `${row.did} ${row.kind} ${row.id}`);
    await io.drained();
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    after = last;
  }
}
