// `cardea replay`: a scenario through the daemon's own code on a virtual clock (interfaces.md section 4).

import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { withProgress } from '../progress.ts';

export function registerReplay(program: Command, io: Io): void {
  program
    .command('replay')
    .argument('<scenario>', 'a scenario file, JSON or YAML')
    .description('runs a scenario on a virtual clock; prints events and outputs, one JSON object a line')
    .option('--json', 'as always: the output is JSON lines')
    .addHelpText('after', '\nExample:\n  cardea replay config/examples/scenario.yaml')
    .action(async (file: string, options: { json?: boolean }) => {
      const { loadScenario } = await import('../../../config/load.ts');
      const { replay } = await import('../../replay/replay.ts');
      const { scenario, warnings } = loadScenario(file);
      const { formatProblem } = await import('../../../config/problem.ts');
      for (const warning of warnings) io.err(formatProblem(warning));
      // Lines that go to the same terminal say enough.
      const quiet = options.json === true || process.stdout.isTTY === true;
      await withProgress(io, quiet, (progress) => {
        const log = (message: string): void => {
          progress.clear();
          io.err(`cardea: ${message}`);
        };
        const step = (done: number, total: number): void => progress.show('replaying', done, total);
        replay(scenario, (line) => io.out(line), log, step);
      });
    });
}
