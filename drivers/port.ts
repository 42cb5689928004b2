// The three ports between the daemon and the hardware. Each driver lives in a folder of its own and is imported only
// when a config names it. A real driver and the simulated one pass the same suite (test/contract).

import type { Cancel } from '../access/clock.ts';
import type { FeedbackKind } from '../access/feedback/kind.ts';

/** What a reader read. A driver that checks values gives the canonical form; whoever decides makes it canonical anyway. */
export interface Presented {
  readonly type: 'card' | 'wiegand' | 'pin' | 'qr' | 'fob';
  readonly value: string;
}

/** Why a device is not usable now: a stable code, and one sentence that says what to do. */
export interface DeviceFault {
  readonly code: string;
  readonly message: string;
}

/** What a reader can show. */
export interface ReaderMeans {
  /** Empty: it has no light. */
  readonly lights: readonly ('green' | 'red' | 'amber')[];
  readonly buzzer: boolean;
  /** Of its text display, in characters; null: it has none. */
  readonly text: { readonly columns: number; readonly rows: number } | null;
  /** The kinds that it shows something for; of others it shows nothing. */
  readonly kinds: readonly FeedbackKind[];
}

/** What a reader is told to show: all of it, of which it takes what it can. */
export interface Display {
  readonly kind: FeedbackKind;
  readonly light: 'green' | 'red' | 'amber' | 'off';
  readonly blinks: boolean;
  readonly beeps: number;
  /** Fits the display of its means; empty: nothing. */
  readonly text: string;
}

export interface ReaderEvents {
  /** One presentation of one credential. Never called before `online`, nor after `offline` or `close`. */
  presented(credential: Presented): void;
  /** The device can read from now on. Called once per spell. */
  online(): void;
  /** The device is gone. The driver tries to get it back by itself, with backoff, for ever; called once per spell. */
  offline(fault: DeviceFault): void;
  /**
   * Input that was no credential: noise, half lines, over-long lines. `count` is how many pieces were dropped just now.
   * Also before `online`.
   */
  dropped(reason: string, count: number): void;
}

/**
 * A reader. `open`, called once, returns at once and never throws: a device that is not there is `offline`, and is waited
 * for. What a device read before `online` is never presented: an old scan opens no door. Between `online` and `offline`
 * every presentation is reported in the order the device gave it. A failure of one reader never touches another.
 * `close` ends all activity, and settles when the device is released; it may be called at any time, also twice.
 *
 * Feedback is a favour to whoever stands there, and never more. A driver that can show something says what (`means`, which
 * stays for a spell) and has `show`; one that cannot has neither, or `means` null, and does nothing.
 * - `show` tells what the reader is to show from now on, until the next call; it returns at once, never throws and never
 *   waits. It comes after the lock was told, and nothing that becomes of it reaches a tap: a device that is slow, deaf or
 *   gone goes on reading, or is `offline` as it would be anyway, and what it does not show is reported to nobody.
 * - The latest wins: while a device is busy with one display its driver keeps one more, the last that it was told, and forgets
 *   those in between. So nothing piles up, however often it is called, and what stands in the end is what was told last.
 * - Nothing is kept over a spell: before `online`, after `offline` and after `close` it does nothing. Whoever shows says anew
 *   what stands when the reader is online again.
 * - The same display told twice is shown twice: a reader beeps again. A kind that is not of its `means` shows nothing, and what
 *   the device showed before may stay.
 * - A driver shows the kind as it is: it adds nothing by which two credentials could be told apart.
 */
export interface Reader {
  open(events: ReaderEvents): void;
  close(): Promise<void>;
  readonly means?: ReaderMeans | null;
  show?(display: Display): void;
}

export type LockState = 'locked' | 'unlocked';

/** Where a line falls when nobody drives it: a fail-safe door is then free, any other stays shut. */
export function safeState(failSafe: boolean): LockState {
  return failSafe ? 'unlocked' : 'locked';
}

/**
 * A lock. `set` returns at once; it never throws and never waits. The last state that was set wins. `unlocked` is the active
 * level of its line; a line is taken with its safe level from its first moment on.
 * Whatever happens to this process, the line falls to the state that `failSafe` names (rules.md section 6): within 1 s
 * of the process's end, within 2 s of the last heartbeat of a process that hangs. The keeper sees to that.
 */
export interface Lock {
  set(state: LockState): void;
}

/** Where all locks of a controller end: the keeper of a running daemon, or memory in replay. `set` as in `Lock`. */
export interface OutputSink {
  set(accessPoint: string, state: LockState): void;
}

/** @param atMs when the level came, milliseconds since boot: before now by its debounce. Left out: now. */
export type InputChange = (active: boolean, atMs?: number) => void;

/** A fault: the input cannot be read, and is tried again; null: it can be read again. */
export type InputHealth = (fault: DeviceFault | null) => void;

/**
 * An input, such as a door contact. `open`, called once, never throws: it calls `change` with the first level that lasts for
 * its debounce, at most 400 ms, from the moment of the call on, and then with each change of it that lasts for so long,
 * each time with when it came; a shorter one is never told, a longer one always. Where there is nothing to debounce, the first level is told before `open`
 * returns. A line that is not there, or is lost, is told to `health` once per spell and waited for, with backoff, for ever;
 * meanwhile the level that was told last stands. After `close`, which may be called at any time, also twice, nothing more is
 * told.
 */
export interface Input {
  open(change: InputChange, health: InputHealth): void;
  close(): Promise<void>;
}

/** A device that a person moves by hand through `cardea tap` and `cardea input`: only the simulated driver has these. */
export interface Simulated {
  /** The reader behaves as if this had been read. */
  present(credential: Presented): void;
  /** What it shows now, as somebody before it would see it; null: nothing was told yet. */
  readonly shown: Display | null;
}

export interface SimulatedInput {
  /** The input behaves as if its level were now this. */
  move(active: boolean): void;
}

/** Held by the composition root: releases everything that `open` took. */
export type Close = Cancel;
