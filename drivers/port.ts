// The three ports between the daemon and the hardware. Each driver lives in a folder of its own and is imported only
// when a config names it. A real driver and the simulated one pass the same suite (test/contract).

import type { Cancel } from '../access/clock.ts';

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
 */
export interface Reader {
  open(events: ReaderEvents): void;
  close(): Promise<void>;
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
}

export interface SimulatedInput {
  /** The input behaves as if its level were now this. */
  move(active: boolean): void;
}

/** Held by the composition root: releases everything that `open` took. */
export type Close = Cancel;
