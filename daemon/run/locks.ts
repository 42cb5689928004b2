// The locks of all doors, whoever keeps their lines: over a change of the lines, and over a keeper that could not be
// started, what was set last is what the keeper is told. There is never more than one keeper, and lines that a change leaves
// as they are stay held by it.

import { isDeepStrictEqual } from 'node:util';
import type { Cancel, Clock } from '../../access/clock.ts';
import type { KeeperLink } from '../../drivers/keeper/keeper-link.ts';
import { type KeeperLine, sameLine } from '../../drivers/keeper/messages.ts';
import type { LockState, OutputSink } from '../../drivers/port.ts';
import type { Log } from '../log.ts';
import { RunError, wordsOf } from './error.ts';

export type Keeper = Pick<KeeperLink, 'set' | 'hold' | 'ready' | 'answers' | 'close'>;

export interface LocksParts {
  /** Starts a keeper that drives the lines safe first. May throw. */
  readonly start: (lines: readonly KeeperLine[]) => Keeper;
  /** Told of lines before they are held: whoever finds the locks after the program's death makes them safe. */
  readonly remember: (lines: readonly KeeperLine[]) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** A keeper that takes longer to hold the lines is told of. The first one is then not waited for, a later one not taken. */
const readyMs = 10_000;
/** A keeper that could not even be started is tried again this much later. */
const retryMs = 5_000;

export class Locks implements OutputSink {
  readonly #parts: LocksParts;
  readonly #wanted = new Map<string, LockState>();
  #lines: readonly KeeperLine[];
  #keeper: Keeper | null;
  #cancelRetry: Cancel = () => {};

  /** @throws what `start` throws */
  constructor(parts: LocksParts, lines: readonly KeeperLine[]) {
    this.#parts = parts;
    this.#lines = lines;
    parts.remember(lines);
    this.#keeper = parts.start(lines);
  }

  /** Settles when the lines are held, or after 10 s: the locks follow then as soon as they are. */
  async ready(): Promise<void> {
    if (await this.#held()) return;
    this.#parts.log('error', 'the keeper does not hold the lock lines yet: the doors wait for it');
  }

  /** Whether the keeper holds the lines now and answers. */
  get answers(): boolean {
    return this.#keeper?.answers ?? false;
  }

  set(accessPoint: string, state: LockState): void {
    this.#wanted.set(accessPoint, state);
    this.#keeper?.set(accessPoint, state);
  }

  /**
   * From here on these lines are held. Lines as before are not touched, and go on as they are set; one that is new or otherwise
   * than before is safe: a release that ran at it is over. Where the new ones cannot be held, the ones before are held again,
   * as they were set. Not to be called while it runs.
   * @throws RunError `locks`: the ones before are held then, or are about to be.
   */
  async change(lines: readonly KeeperLine[]): Promise<void> {
    if (this.#keeper !== null && isDeepStrictEqual(lines, this.#lines)) return;
    this.#cancelRetry();
    const before = this.#lines;
    const ended = this.#endReleases(lines);
    try {
      await this.#hold(lines);
      if (!(await this.#held())) throw new Error(`the keeper does not hold them within ${readyMs / 1000} s`);
    } catch (error) {
      for (const id of ended) if (!this.#wanted.has(id)) this.#wanted.set(id, 'unlocked');
      await this.#comeBack(before);
      throw new RunError('locks', `the new lock lines cannot be held: ${wordsOf(error)}`, error);
    }
    this.#parts.remember(lines);
    const there = new Set(lines.map(({ accessPoint }) => accessPoint));
    for (const id of this.#wanted.keys()) if (!there.has(id)) this.#wanted.delete(id);
  }

  /** What was set of a line that changes does not move to the next one, but that its door is shut. */
  #endReleases(lines: readonly KeeperLine[]): string[] {
    const changed = this.#lines.filter((line) => !isAmong(line, lines)).map(({ accessPoint }) => accessPoint);
    const ended = changed.filter((id) => this.#wanted.get(id) === 'unlocked');
    for (const id of ended) this.#wanted.delete(id);
    return ended;
  }

  /** Leaves every line in its safe state. Settles when the keeper has ended. */
  async close(): Promise<void> {
    this.#cancelRetry();
    await this.#keeper?.close();
    this.#keeper = null;
  }

  async #hold(lines: readonly KeeperLine[]): Promise<void> {
    // One that does not answer holds nothing any more that could be kept.
    if (this.#keeper?.answers !== true) {
      await this.close();
      this.#start(lines);
      return;
    }
    // Until the change is done, those before are somebody's to make safe, too.
    this.#parts.remember([...lines, ...this.#lines.filter((line) => !isAmong(line, lines))]);
    this.#keeper.hold(lines);
    this.#lines = lines;
    for (const [accessPoint, state] of this.#wanted) this.#keeper.set(accessPoint, state);
  }

  #start(lines: readonly KeeperLine[]): void {
    this.#parts.remember(lines);
    this.#keeper = this.#parts.start(lines);
    this.#lines = lines;
    for (const [accessPoint, state] of this.#wanted) this.#keeper.set(accessPoint, state);
  }

  async #comeBack(lines: readonly KeeperLine[]): Promise<void> {
    await this.close();
    this.#tryAgain(lines);
    if (this.#keeper !== null) await this.ready();
  }

  #tryAgain(lines: readonly KeeperLine[]): void {
    const { clock, log } = this.#parts;
    try {
      this.#start(lines);
    } catch (error) {
      this.#lines = lines;
      log('error', `no lock moves now, all are safe; tried again in ${retryMs / 1000} s: ${wordsOf(error)}`);
      this.#cancelRetry = clock.after('keeper again', retryMs, () => this.#tryAgain(lines));
    }
  }

  #held(): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after('keeper ready', readyMs, () => resolve(false));
      void this.#keeper?.ready.then(() => {
        cancel();
        resolve(true);
      });
    });
  }
}

function isAmong(line: KeeperLine, lines: readonly KeeperLine[]): boolean {
  return lines.some((one) => sameLine(one, line));
}
