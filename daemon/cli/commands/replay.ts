// `cardea replay`: a scenario through the daemon's own code on a virtual clock (interfaces.md section 4); or a journal's taps
// against another replica.

import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { withProgress } from '../progress.ts';

interface Options {
  readonly journal?: string;
  readonly replica?: string;
  readonly config?: string;
  readonly since?: string;
  readonly until?: string;
  readonly json?: boolean;
}

/** Lines wait in memory between two looks at who reads them: those of so many steps. */
const stepsBetweenPauses = 200;

export function registerReplay(program: Command, io: Io): void {
  program
    .command('replay')
    .argument('[scenario]', 'a scenario file, JSON (of any length) or YAML')
    .description(
      'runs a scenario on a virtual clock and prints events and outputs, one JSON object a line; or, with --journal, runs what a journal recorded against another replica and lists the decisions that would differ',
    )
    .option('--journal <file>', 'a journal.db: its taps, in order, with their clocks')
    .option('--replica <file>', 'with --journal: the replica document, or the replica.db, to decide by')
    .option('--config <file>', "with --journal: the controller's config: its doors, readers and settings")
    .option('--since <instant>', 'with --journal: list only what was recorded since then, ISO 8601 with offset')
    .option('--until <instant>', 'with --journal: list only what was recorded before then')
    .option('--json', 'JSON lines: those of a scenario always are')
    .addHelpText(
      'after',
      '\nExamples:\n  cardea replay config/examples/scenario.yaml\n  cardea replay --journal journal.db --replica next-month.json --config controller.yaml',
    )
    .action(async (file: string | undefined, options: Options) => {
      if (options.journal !== undefined) {
        if (file !== undefined) throw new CliError('usage', 'say either a scenario or --journal FILE', 2);
        const { compareJournal } = await import('./replay-journal.ts');
        await compareJournal({ ...options, journal: options.journal }, io);
        return;
      }
      if (file === undefined) throw new CliError('usage', 'say a scenario file, or --journal FILE --replica FILE', 2);
      await replayScenario(file, options.json === true, io);
    });
}

async function replayScenario(file: string, json: boolean, io: Io): Promise<void> {
  const { loadScript } = await import('../../../config/scenario/script.ts');
  const { replaying } = await import('../../replay/replay.ts');
  const { formatProblem } = await import('../../../config/problem.ts');
  const { script, warnings } = loadScript(file);
  for (const warning of warnings) io.err(formatProblem(warning));
  // Lines that go to the same terminal say enough.
  const quiet = json || process.stdout.isTTY === true;
  await withProgress(io, quiet, async (progress) => {
    const log = (message: string): void => {
      progress.clear();
      io.err(`cardea: ${message}`);
    };
    for (const done of replaying(script, (line) => io.out(line), log)) {
      progress.show('replaying', done, script.count);
      if (done % stepsBetweenPauses === 0) await io.drained();
    }
  });
}
