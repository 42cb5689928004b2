// `cardea run`: the controller in the foreground until SIGTERM or SIGINT; SIGHUP reads the config again. Its log goes to
// stderr, one line each; the line `cardea: ready, …` says that the doors work.

import type { Command } from 'commander';
import { systemClock } from '../../clock/trust.ts';
import { lineLog } from '../../log.ts';
import { runController } from '../../run.ts';
import type { Io } from '../io.ts';
import { find } from '../where.ts';

export function registerRun(program: Command, io: Io): void {
  program
    .command('run')
    .description('runs the controller until SIGTERM or SIGINT; SIGHUP reads its config again')
    .option('--config <file>', "the controller's config (default: /etc/cardea/controller.yaml)")
    .addHelpText('after', '\nExample:\n  cardea run --config /etc/cardea/controller.yaml')
    .action(async (options: { config?: string }) => {
      const configFile = find('controllerConfig', options.config, io.places);
      const stopped = io.stopSignal();
      const { clock, stop } = await systemClock();
      const log = lineLog((line) => io.err(line.replace(/\n$/, '')));
      let reload = (): void => log('warn', 'SIGHUP came before the controller was ready: it reads its config now');
      process.on('SIGHUP', () => reload());
      try {
        const running = await runController(configFile, { clock, random: io.random, log });
        reload = () => void running.reload();
        const signal = await stopped;
        log('info', `${signal}: draining`);
        await running.stop();
        log('info', 'stopped, all locks are safe');
      } finally {
        stop();
      }
    });
}
