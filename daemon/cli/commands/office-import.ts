// `cardea office import`: a replica document as the office's new state, or a CSV file as a change of one kind; whole or not at all.

import type { Command } from 'commander';
import { loadReplicaDocument } from '../../../config/load.ts';
import { formatProblem } from '../../../config/problem.ts';
import { importKinds } from '../../../sync/office/csv/import.ts';
import { type ImportResult, importReplica } from '../../../sync/office/import/import.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, withStore } from '../office-access.ts';
import { byOf, byOption, requestOf } from '../office-by.ts';
import { dryRunOption } from '../office-change.ts';
import { importTable, type TableOptions } from '../office-table.ts';
import { withProgress } from '../progress.ts';

type ImportOptions = OfficeOptions & TableOptions;

export function registerOfficeImport(office: Command, io: Io): void {
  office
    .command('import')
    .description('loads a replica document as the new state, or a CSV file of one kind, and says what changed')
    .argument('<file>', 'the document (JSON or YAML), or a CSV file')
    .option(...configOption)
    .option('--kind <kind>', `of a CSV file: ${importKinds.join(', ')}`)
    .option('--mode <mode>', 'of a CSV file: update (default), or replace, which removes what it does not name')
    .option(...dryRunOption)
    .option(
      '--force',
      'also where more than a fifth of the customers or credentials goes, or of the kind of a CSV file',
    )
    .option(...byOption)
    .option('--json', 'one JSON object with the revision and the changes')
    .addHelpText(
      'after',
      '\nExample:\n  cardea office import members.json --config office.yaml\n  cardea office import members.csv --kind members --dry-run',
    )
    .action(async (file: string, options: ImportOptions) => {
      if (/\.csv$/i.test(file) || options.kind !== undefined) return importTable(file, options, io);
      if (options.dryRun === true || options.mode !== undefined) {
        throw new CliError('usage', '--dry-run and --mode are of CSV files: name one, with --kind', 2);
      }
      const result = await withProgress(io, options.json === true, (progress) => {
        progress.show('reading', 0, 0);
        const { document, warnings } = loadReplicaDocument(file);
        progress.clear();
        for (const warning of warnings) io.err(formatProblem(warning));
        const settings = {
          force: options.force === true,
          nowMs: io.clock.now().wallMs,
          by: byOf(options.by, io, 'import'),
          request: requestOf(io),
          progress: progress.show.bind(progress),
        };
        return withStore(options, 'write', io, (store) => {
          const before = cutOffsIn(store);
          const imported = importReplica(store, document, settings);
          return { ...imported, cutOffs: changedCutOffs(before, cutOffsIn(store)) };
        });
      });
      if (options.json === true) io.out(JSON.stringify(result));
      else for (const line of [...resultLines(result), ...result.cutOffs.map(cutOffWords)]) io.out(line);
    });
}

interface CutOffChange {
  readonly space: string;
  readonly before: string;
  readonly after: string;
}

function cutOffsIn({ db }: OfficeStore): ReadonlyMap<string, string> {
  const rows = db
    .prepare<[], { id: string; cutOff: string }>(
      "SELECT id, body ->> '$.dailyCutOff' AS cutOff FROM records WHERE kind = 'spaces' ORDER BY id",
    )
    .all();
  return new Map(rows.map(({ id, cutOff }) => [id, cutOff]));
}

function changedCutOffs(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): CutOffChange[] {
  return [...after].flatMap(([space, cutOff]) => {
    const was = before.get(space);
    return was === undefined || was === cutOff ? [] : [{ space, before: was, after: cutOff }];
  });
}

/** Who is inside has a business day already: it ends when it was said to end. */
function cutOffWords({ space, before, after }: CutOffChange): string {
  return `  ${space}: dailyCutOff ${after}, before it ${before}: for visits that begin from now on; those that are open end at ${before}`;
}

function resultLines(result: ImportResult): string[] {
  if (!result.changed) return [`nothing changed: revision ${result.revision} says the same`];
  const before = result.previous === null ? 'the first' : `before it ${result.previous}`;
  const lines = [`revision ${result.revision} (${before}) is the new state`];
  if (result.renumberedFrom !== null) {
    lines.push(`the document calls itself ${result.renumberedFrom}, which is not above every revision known here`);
  }
  for (const [kind, { added, changed, removed }] of Object.entries(result.kinds)) {
    if (added + changed + removed > 0) lines.push(`  ${kind}: ${added} added, ${changed} changed, ${removed} removed`);
  }
  return lines;
}
