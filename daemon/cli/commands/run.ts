// `cardea run`: the controller in the foreground until SIGTERM or SIGINT; SIGHUP reads the config again. Its log goes to
// stderr, one line each, with its time but under journald; the line `cardea: ready, …` says that the doors work.

import type { Command } from 'commander';
import { systemClock } from '../../clock/trust.ts';
import { type Log, lineLog } from '../../log.ts';
import { journalStream, managerSettings } from '../../notify/environment.ts';
import { stderrIsJournal } from '../../notify/journal-stream.ts';
import { noManager, openManager } from '../../notify/manager.ts';
import { Service } from '../../notify/service.ts';
import { runController } from '../../run.ts';
import type { Io } from '../io.ts';

export function registerRun(program: Command, io: Io): void {
  program
    .command('run')
    .description('runs the controller until SIGTERM or SIGINT; SIGHUP reads its config again')
    .requiredOption('--config <file>', "the controller's config")
    .addHelpText('after', '\nExample:\n  cardea run --config /etc/cardea/controller.yaml')
    .action(async (options: { config: string }) => {
      const stopped = io.stopSignal();
      const { clock, stop } = await systemClock();
      const time = stderrIsJournal(journalStream()) ? undefined : clock;
      const log = lineLog((line) => io.err(line.replace(/\n$/, '')), time);
      let reload = (): void => log('warn', 'SIGHUP came before the controller was ready: it reads its config now');
      process.on('SIGHUP', () => reload());
      const cancelLastResort = lastResort(log);
      const settings = managerSettings();
      const manager = settings === null ? noManager : await openManager(settings, log);
      try {
        const running = await runController(options.config, { clock, random: io.random, log });
        const service = new Service({ manager, watchdogMs: settings?.watchdogMs ?? null, clock, log }, running);
        reload = () => void service.reloading(() => running.reload());
        const signal = await stopped;
        log('info', `${signal}: draining`);
        service.stopping();
        await running.stop();
        log('info', 'stopped, all locks are safe');
      } finally {
        manager.close();
        stop();
        cancelLastResort();
      }
    });
}

/**
 * For an error that nobody caught: it is logged and the process ends with status 1. The keeper drives the locks safe as
 * soon as it has ended, and systemd starts it again; to go on in an unknown state would be worse.
 */
function lastResort(log: Log): () => void {
  const end = (error: unknown): void => {
    try {
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log('error', `an error that nobody expected, the locks fall to their safe state: ${words}`);
    } finally {
      process.exit(1);
    }
  };
  process.on('uncaughtException', end);
  return () => process.off('uncaughtException', end);
}
