// `cardea decide`: what the door would answer, and why, row by row (interfaces.md section 1). Nothing is changed.

import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';

interface Options {
  readonly replica?: string;
  readonly db?: string;
  readonly config?: string;
  readonly space?: string;
  readonly accessPoint: string;
  readonly credential: string;
  readonly at?: string;
  readonly direction: string;
  readonly untrustedClock?: boolean;
  readonly json?: boolean;
}

export function registerDecide(program: Command, io: Io): void {
  program
    .command('decide')
    .description('one decision, with every rule it passed and the one that settled it, in words')
    .option('--replica <file>', 'a replica document')
    .option(
      '--db <file>',
      "a live replica.db instead, with the journal.db beside it; needs --config for the site's key",
    )
    .option('--config <file>', "the controller's config: its access points and settings")
    .option('--space <id>', 'without --config: the space that the door leads to, where the replica has several')
    .requiredOption('--access-point <id>', 'the door')
    .requiredOption('--credential <type:value>', 'as card:04A1B2C3D4E580')
    .option('--at <time>', 'ISO 8601 with offset (default: now)')
    .option('--direction <direction>', 'in, out or toggle', 'in')
    .option('--untrusted-clock', 'as if the clock could not be believed, and --at were the least that the time can be')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  cardea decide --replica site.json --access-point front-door --credential card:04A1B2C3D4E580 --at 2026-03-02T16:00:00+01:00',
    )
    .action(async (options: Options) => {
      const { sourceOf } = await import('../../explain/source.ts');
      const { explain } = await import('../../explain/decision.ts');
      const atMs = await instantOf(options.at, io);
      const { direction } = options;
      if (direction !== 'in' && direction !== 'out' && direction !== 'toggle') {
        throw new CliError('usage', `--direction is in, out or toggle, not ${JSON.stringify(direction)}`, 2);
      }
      const source = sourceOf(options);
      if (options.config === undefined) {
        const { id, space } = source.accessPoint;
        io.err(`cardea: without --config ${id} is taken for an entrance to ${space}, with default settings`);
      }
      try {
        const untrusted = options.untrustedClock === true;
        const explanation = explain({ ...source, credential: options.credential, direction, atMs, untrusted });
        if (options.json === true) io.out(JSON.stringify(explanation));
        else {
          const { inWords } = await import('../../explain/words.ts');
          for (const line of inWords(explanation, source.timeZone)) io.out(line);
        }
      } finally {
        source.close();
      }
    });
}

async function instantOf(at: string | undefined, io: Io): Promise<number> {
  if (at === undefined) return io.clock.now().wallMs;
  const { parseInstant } = await import('../../../config/instant.ts');
  const ms = parseInstant(at);
  if (ms === null) {
    throw new CliError(
      'usage',
      '--at is an instant with its offset, as 2026-03-02T16:00:00+01:00, of the years 1900 to 9999',
      2,
    );
  }
  return ms;
}
