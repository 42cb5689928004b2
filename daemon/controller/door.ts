// One access point: runs the door's state machine, records what it says and sets the lock. A record is on disk before the
// lock moves; a lock that is let go never waits for the disk.

import type { Cancel, Clock } from '../../access/clock.ts';
import {
  closedDoor,
  type DoorInput,
  type DoorSettings,
  type DoorState,
  doorDeadline,
  stepDoor,
} from '../../access/door/machine.ts';
import type { EventDraft } from '../../access/event.ts';
import type { AccessPointConfig } from '../../config/types.ts';
import type { OutputSink } from '../../drivers/port.ts';
import type { AccessPointStatus } from './port.ts';

export class Door {
  readonly config: AccessPointConfig;
  readonly #clock: Clock;
  readonly #locks: OutputSink;
  readonly #record: (drafts: readonly EventDraft[]) => void;
  readonly #settings: DoorSettings;
  #state: DoorState = closedDoor;
  #cancel: Cancel = () => {};

  constructor(
    config: AccessPointConfig,
    clock: Clock,
    locks: OutputSink,
    record: (drafts: readonly EventDraft[]) => void,
  ) {
    this.config = config;
    this.#clock = clock;
    this.#locks = locks;
    this.#record = record;
    this.#settings = {
      heldAfterMs: config.contact?.heldAfterMs ?? null,
      unlockTimeMs: config.lock.unlockTimeMs,
    };
  }

  get mode(): DoorState['mode'] {
    return this.#state.mode;
  }

  /** Opens for a granted tap, anew from this instant. */
  release(extended: boolean): void {
    const { unlockTimeMs, extendedUnlockTimeMs } = this.config.lock;
    this.step({ do: 'release', forMs: extended ? extendedUnlockTimeMs : unlockTimeMs });
  }

  step(input: DoorInput): void {
    const before = this.#state;
    const { state, records } = stepDoor(before, input, this.#settings, this.#clock.now().sinceBootMs);
    this.#state = state;
    const securing = state.lock === 'locked' && before.lock === 'unlocked';
    if (securing) this.#locks.set(this.config.id, 'locked');
    if (records.length > 0) this.#record(records.map((type) => ({ type, accessPoint: this.config.id, data: {} })));
    if (!securing && state.lock !== before.lock) this.#locks.set(this.config.id, state.lock);
    this.#arm();
  }

  /** Sets the line to what it should be, whatever it is. */
  assert(): void {
    this.#locks.set(this.config.id, this.#state.lock);
  }

  /** Secures the lock and waits for nothing any more. */
  stop(): void {
    this.#cancel();
    if (this.#state.lock === 'unlocked') this.#locks.set(this.config.id, 'locked');
    this.#state = { ...closedDoor, mode: this.#state.mode };
  }

  status(): AccessPointStatus {
    const { mode, lock, contact } = this.#state;
    return { id: this.config.id, mode, lock, contact };
  }

  #arm(): void {
    this.#cancel();
    const deadlineMs = doorDeadline(this.#state, this.#settings);
    if (deadlineMs === null) {
      this.#cancel = () => {};
      return;
    }
    const waitMs = deadlineMs - this.#clock.now().sinceBootMs;
    this.#cancel = this.#clock.after(`door ${this.config.id}`, waitMs, () => this.step({ do: 'tick' }));
  }
}
