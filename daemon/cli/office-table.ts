// A CSV file that is imported on the command line: what is asked for, and what came of it.

import { readText } from '../../config/source/read-file.ts';
import { type CsvResult, importCsv, importKinds, type TableKind } from '../../sync/office/csv/import.ts';
import { CliError } from './cli-error.ts';
import type { Io } from './io.ts';
import { type OfficeOptions, withStore } from './office-access.ts';
import { byOf, requestOf } from './office-by.ts';
import { printChange } from './office-change.ts';
import { withProgress } from './progress.ts';

export interface TableOptions {
  readonly kind?: string;
  readonly mode?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly by?: string;
  readonly json?: boolean;
}

/** Bytes of a CSV file. */
const maxCsvBytes = 64 * 1024 * 1024;

/** @throws CliError `usage`, FileError, OfficeError */
export async function importTable(file: string, options: OfficeOptions & TableOptions, io: Io): Promise<void> {
  const kind = kindOf(options.kind);
  const mode = modeOf(options.mode, kind);
  const preview = options.dryRun === true;
  const nowMs = io.clock.now().wallMs;
  const by = byOf(options.by, io, 'import');
  const origin = { by, via: 'import', request: requestOf(io), action: 'import', reason: null, nowMs } as const;
  const result = await withProgress(io, options.json === true, (progress) => {
    progress.show('importing', 0, 0);
    const text = readText(file, maxCsvBytes);
    return withStore(options, preview ? 'read' : 'write', io, (store) =>
      importCsv(store, text, file, { kind, mode, force: options.force === true, preview, origin }),
    );
  });
  if (options.json !== true) for (const line of summaryLines(result, kind)) io.out(line);
  printChange(result, options, io);
}

function summaryLines({ rows, delimiter, changed, unchanged }: CsvResult, kind: TableKind): string[] {
  const count = (did: string): number => changed.filter((one) => one.did === did).length;
  return [
    `${rows} rows of ${kind}, with a ${delimiter} between the cells`,
    `${count('added')} records added, ${count('changed')} changed, ${count('removed')} removed, ${unchanged} unchanged`,
  ];
}

function kindOf(kind: string | undefined): TableKind {
  const known = importKinds.find((one) => one === kind);
  if (known !== undefined) return known;
  const found =
    kind === undefined ? 'of what kind a CSV file is must be said' : `${JSON.stringify(kind)} is no kind of CSV file`;
  throw new CliError('usage', `--kind: ${found}; allowed is ${importKinds.join(', ')}`, 2);
}

function modeOf(mode: string | undefined, kind: TableKind): 'update' | 'replace' {
  if (mode === undefined || mode === 'update') return 'update';
  if (mode !== 'replace') throw new CliError('usage', `--mode ${JSON.stringify(mode)}: allowed is update, replace`, 2);
  if (kind !== 'members') return 'replace';
  const words =
    '--mode replace: not of members, which are records of three kinds; replace customers, contracts or credentials';
  throw new CliError('usage', words, 2);
}
