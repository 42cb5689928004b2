// A new replica takes over, or the old one goes on: what decides, what lies in the file's place and what the status says are
// of one revision, whatever fails on the way.

import type { ReplicaStore } from '../../db/replica/store.ts';
import type { ReadyReplica } from '../../sync/edge/ports.ts';
import type { ControllerPort } from '../controller/port.ts';
import type { Log } from '../log.ts';
import { wordsOf } from './error.ts';
import type { Replicas } from './replicas.ts';

export interface TakeParts {
  readonly replicas: Replicas;
  readonly controller: ControllerPort;
  readonly log: Log;
  /** The newest revision that the office named. */
  readonly newest: number;
}

/**
 * Puts a finished build in its place and decides from it.
 * @returns null; or why not, in words: the old one goes on then.
 */
export function takeReplica(
  { replicas, controller, log, newest }: TakeParts,
  file: string,
  replica: ReadyReplica,
): string | null {
  const { revision, issuedAtMs, how } = replica;
  const issuedAt = issuedAtMs === null ? null : new Date(issuedAtMs).toISOString();
  let store: ReplicaStore | null = null;
  try {
    store = replicas.open(file, replica);
    controller.replicaArrived(store, { revision, newest, issuedAt, how }, () => replicas.place(file));
  } catch (error) {
    const words = wordsOf(error);
    if (store !== null && controller.decidesBy(store)) {
      // Whatever failed after the switch: nobody closes what the doors ask.
      log('error', `replica revision ${revision} decides now, and not all was done that comes with it: ${words}`);
      replicas.decides(store, issuedAtMs);
      return null;
    }
    store?.close();
    log('error', `replica revision ${revision} could not be taken, the old one goes on: ${words}`);
    return words;
  }
  replicas.decides(store, issuedAtMs);
  log('info', `replica revision ${revision} decides now, which came as a ${how}`);
  return null;
}
