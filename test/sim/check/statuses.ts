// What each controller said of itself last, as it handed it to the network.

import { claimOf } from './office-disk.ts';

export interface SaidStatus {
  readonly online: boolean;
  readonly revision?: number;
  readonly pending?: number;
}

export class Statuses {
  readonly #said = new Map<string, SaidStatus>();

  heard(controller: string, topic: string, payload: Uint8Array): void {
    if (topic.endsWith('/status') && payload.includes(0x2e)) {
      this.#said.set(controller, claimOf(payload) as SaidStatus);
    }
  }

  of(controller: string): SaidStatus | undefined {
    return this.#said.get(controller);
  }
}
