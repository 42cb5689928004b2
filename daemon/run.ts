// The composition root of a controller: opens what is on disk, sets aside what is damaged, makes the doors work before
// anything else, and ends in the opposite order. The door never waits for what stands behind it.

import type { Clock, Random } from '../access/clock.ts';
import type { EventDraft } from '../access/event.ts';
import type { Journal } from '../db/journal/journal.ts';
import { openJournal } from '../db/journal/open-journal.ts';
import { refuseUnfinished } from './backup/moves.ts';
import type { Log } from './log.ts';
import { tapPathFault } from './notify/tap-path.ts';
import { watchClock } from './run/clock-watch.ts';
import { Daemon } from './run/daemon.ts';
import { type DataDir, openDataDir } from './run/data-dir.ts';
import { wordsOf } from './run/error.ts';
import { type CheckOutcome, checkJournal } from './run/journal-check.ts';
import { loadRunnable, type RunnableConfig } from './run/load-config.ts';
import { openReplicas } from './run/replicas.ts';
import type { DaemonStatus } from './run/status.ts';
import { Turns } from './run/turns.ts';
import { openSocketServer } from './socket/server.ts';

export interface RunTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface Running {
  status(): DaemonStatus;
  /** One line about what runs. */
  statusWords(): string;
  /** What is broken, in words; null while a tap can open a door. */
  tapPathFault(): string | null;
  /** Reads the config again, after what is being done; a bad one is told of and not taken. Settles when it is decided. */
  reload(): Promise<void>;
  /** Drains: no tap is taken any more, every lock is safe, everything is on disk. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts a controller and settles when its doors work; the office may be away.
 * @throws FileError, RunError, DriverError, KeyError, DbError, SocketError: nothing runs then.
 */
export async function runController(configFile: string, { clock, random, log }: RunTools): Promise<Running> {
  const config = loadRunnable(configFile, log);
  const tools = { clock, random };
  const undo: (() => void | Promise<void>)[] = [];
  const unwind = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        log('error', `at the end: ${wordsOf(error)}`);
      }
    }
  };
  try {
    const dir = openDataDir(config.dataDir);
    undo.push(() => dir.release());
    refuseUnfinished(dir.path);
    const opened = openOwnJournal(config, dir, { clock, random, log });
    const { journal } = opened;
    undo.push(() => journal.close());
    const found = openReplicas({ dir, journal, clock, log });
    undo.push(() => found.replicas.store.close());
    const daemon = new Daemon({ configFile, dir, journal, replicas: found.replicas, tools, log }, config);
    undo.push(() => daemon.stop());
    await daemon.start([...opened.notes, ...found.notes]);
    const answer = daemon.answer.bind(daemon);
    const socket = await openSocketServer({ path: dir.socket, group: config.socketGroup, log, answer });
    undo.push(() => socket.close());
    undo.push(watchDaemonClock(clock, daemon, log));
    const check = checkJournal(dir.journal, (outcome) => tellCheck(outcome, daemon, log));
    undo.push(() => check.stop());
    log('info', daemon.readyWords());
    return runningOf(daemon, clock, unwind);
  } catch (error) {
    await unwind();
    throw error;
  }
}

function runningOf(daemon: Daemon, clock: Clock, unwind: () => Promise<void>): Running {
  const turns = new Turns();
  let reloadingSinceMs: number | null = null;
  const nowMs = (): number => clock.now().sinceBootMs;
  const reload = async (): Promise<void> => {
    reloadingSinceMs = nowMs();
    try {
      await daemon.reload();
    } finally {
      reloadingSinceMs = null;
    }
  };
  return {
    status: () => daemon.status(),
    statusWords: () => daemon.readyWords(),
    tapPathFault: () => {
      const { doors } = daemon;
      const reloadingMs = reloadingSinceMs === null ? null : nowMs() - reloadingSinceMs;
      return tapPathFault({ doorsOpen: doors !== null, keeperAnswers: doors?.keeperAnswers ?? false, reloadingMs });
    },
    reload: () => turns.reload(reload),
    stop: () => turns.end(unwind),
  };
}

/** One that was damaged comes back as a new journal, with a note for its records. @throws DbError */
export function openOwnJournal(
  config: RunnableConfig,
  dir: DataDir,
  { clock, random, log }: RunTools,
): { journal: Journal; notes: EventDraft[] } {
  const { site, controller, epoch } = config;
  const options = { file: dir.journal, site, controller, epoch, durability: 'full', clock, random } as const;
  const { journal, found, detail, asidePath } = openJournal(options);
  if (found !== 'set-aside') return { journal, notes: [] };
  log('error', `${dir.journal} was damaged (${detail}): it lies in ${asidePath} now, and a new journal begins`);
  return { journal, notes: [{ type: 'journal.gap', data: { reason: 'set-aside', detail, file: asidePath } }] };
}

/** Steps of the wall clock are recorded, and waits that stand on it made anew. */
export function watchDaemonClock(clock: Clock, daemon: Daemon, log: Log): () => void {
  return watchClock(
    clock,
    (byMs) => {
      log('warn', `the wall clock was set by ${Math.round(byMs)} ms`);
      daemon.record({ type: 'clock.stepped', data: { byMs: Math.round(byMs) } });
      daemon.clockStepped();
    },
    (proved) => {
      // Other controllers learn from it when what was recorded before was.
      if (proved) daemon.record({ type: 'clock.stepped', data: { byMs: 0 } });
      daemon.clockStepped();
    },
  );
}

function tellCheck(outcome: CheckOutcome, daemon: Daemon, log: Log): void {
  if (outcome.outcome === 'failed') {
    log('error', `the journal could not be checked: ${outcome.message}`);
    return;
  }
  const { problem, records, dropped } = outcome.verification;
  if (problem === null) return;
  log(
    'error',
    `the journal has a fault behind record ${dropped + records}: ${problem.message}; cardea verify says more`,
  );
  const { seq, kind, message } = problem;
  daemon.record({ type: 'journal.gap', data: { reason: kind, seq, detail: message } });
}
