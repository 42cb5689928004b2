// Commands of the office, from the wire to the doors and back. What changes nothing and leaves no record of its own (one that
// came again, late, or when there is no room) is counted: a flood of it is one record a minute for each reason.

import type { Timers } from '../../access/clock.ts';
import { type Order, orderData } from '../../access/command/order.ts';
import type { CommandOutcome } from '../../access/command/outcome.ts';
import type { JsonObject } from '../../access/event.ts';
import type { Refusal } from '../../sync/edge/ports.ts';
import { Refusals } from '../../sync/edge/refusals.ts';
import type { OfficeCommand, Reply } from '../../sync/protocol/commands.ts';
import type { ControllerPort } from '../controller/port.ts';

export class Orders {
  readonly #refusals: Refusals;

  constructor(timers: Timers, refused: (refusal: Refusal) => void) {
    this.#refusals = new Refusals(timers, refused);
  }

  /** @throws RangeError where the controller is stopped */
  take(controller: ControllerPort, { order, command, fault, said }: OfficeCommand): Reply {
    const outcome =
      command === null
        ? controller.refuse(order, said, fault?.reason ?? 'bad-command')
        : controller.command(command, order);
    this.count(order, outcome, said);
    return { id: order.id, outcome: outcome.outcome, reason: outcome.reason };
  }

  /** Of an outcome that left no record. */
  count({ id }: Order, { outcome, reason, unrecorded }: CommandOutcome, said: JsonObject): void {
    if (unrecorded !== true) return;
    const why = outcome === 'duplicate' ? outcome : (reason ?? outcome);
    this.#refusals.add('command', why, outcome === 'duplicate' ? `${id} came before: ${reason}` : id, said);
  }

  /** What is still counted is recorded. */
  stop(): void {
    this.#refusals.stop();
  }
}

/** What the records say of a command that came over the local socket. */
export function saidLocally(command: JsonObject, order: Order): JsonObject {
  return { ...command, ...orderData(order) };
}
