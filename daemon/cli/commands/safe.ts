// `cardea safe`: every lock to its safe state, without a controller. For systemd's ExecStopPost, and for a person who wants
// to be sure.

import type { Command } from 'commander';
import { RunError } from '../../run/error.ts';
import { makeSafe } from '../../safe/make-safe.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';

export function registerSafe(program: Command, io: Io): void {
  program
    .command('safe')
    .description('drives every lock to the state that failSafe names, where no controller runs')
    .requiredOption('--config <file>', "the controller's config; where it is bad, the locks that were held last")
    .addHelpText('after', '\nExample:\n  cardea safe --config /etc/cardea/controller.yaml')
    .action(async ({ config }: { config: string }) => {
      const stamp = (): string => new Date(io.clock.now().wallMs).toISOString();
      const { driven, faults } = await safe(config, io.places.dataDir, stamp);
      for (const { accessPoint, state } of driven) io.out(`${accessPoint}: ${state}`);
      if (faults.length > 0) throw new CliError('not-safe', faults.join('; '));
    });
}

async function safe(configFile: string, usualDataDir: string, stamp: () => string): ReturnType<typeof makeSafe> {
  try {
    return await makeSafe({ configFile, usualDataDir, stamp });
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    throw new CliError(
      'running',
      'a controller runs and has these locks: stop it first, it leaves them safe by itself',
      1,
      error,
    );
  }
}
