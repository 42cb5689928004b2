// A reader that is guessed at (rules.md C6a, lock-out). Unknown credentials and wrong PINs count, nothing else. While it is
// locked out it takes no PIN alone, and no PIN for a credential that was guessed at; a good card goes on opening, so that no
// stranger locks a member out.

import type { Moment } from '../clock.ts';
import { anchorOf, elapsedMs } from './elapsed.ts';
import type { LockOutSettings } from './settings.ts';
import { type Attempts, nothingTried } from './state.ts';

export interface Tried {
  readonly attempts: Attempts;
  /** This was the attempt that locks the reader out. */
  readonly locksOut: boolean;
}

/** So many credentials are refused by one lock-out, the latest: each was presented with a wrong PIN. */
const maxHashes = 256;

/**
 * One more attempt. While the reader is locked out none makes that longer, so that nobody keeps it locked out for ever; but
 * the first wrong PIN of a credential refuses that one, too.
 * @param hash of the credential that a wrong PIN was to go with; null: an unknown credential.
 * @returns null where nothing changes.
 */
export function tried(before: Attempts, hash: string | null, settings: LockOutSettings, at: Moment): Tried | null {
  if (before.lockedOut !== null && isLockedOut(before, settings, at)) {
    const { since, hashes } = before.lockedOut;
    if (hash === null || hashes.includes(hash)) return null;
    const more = [...hashes, hash].slice(-maxHashes);
    return { attempts: { tried: [], lockedOut: { since, hashes: more } }, locksOut: false };
  }
  const recent = before.lockedOut === null ? before : nothingTried;
  const within = recent.tried.filter((one) => elapsedMs(one.at, at) < settings.windowMs);
  const now = anchorOf(at);
  const all = [...within, { hash, at: now }];
  if (all.length < settings.attempts) return { attempts: { tried: all, lockedOut: null }, locksOut: false };
  const hashes = [...new Set(all.flatMap((one) => one.hash ?? []))].sort();
  return { attempts: { tried: [], lockedOut: { since: now, hashes } }, locksOut: true };
}

export function isLockedOut({ lockedOut }: Attempts, { lastsMs }: LockOutSettings, at: Moment): boolean {
  return lockedOut !== null && elapsedMs(lockedOut.since, at) < lastsMs;
}

/** Whether the lock-out is about this credential: a PIN alone, or one that wrong PINs came with. */
export function isRefused(
  attempts: Attempts,
  settings: LockOutSettings,
  at: Moment,
  tap: { type: string; hash: string },
): boolean {
  if (!isLockedOut(attempts, settings, at)) return false;
  return tap.type === 'pin' || attempts.lockedOut?.hashes.includes(tap.hash) === true;
}
