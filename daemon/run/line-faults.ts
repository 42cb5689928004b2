// Which lock lines are not as they were driven, as the keeper told last: it reads each back at every heartbeat.

import type { LineFault } from '../controller/port.ts';

export class LineFaults {
  readonly #stuck = new Set<string>();

  /** @param accessPoint null: the keeper ended, and what it knew of the lines with it. */
  found(accessPoint: string | null): void {
    if (accessPoint === null) this.#stuck.clear();
    else this.#stuck.add(accessPoint);
  }

  /** @param accessPoint null: there is a keeper again; what it says of its lines it has said already. */
  gone(accessPoint: string | null): void {
    if (accessPoint !== null) this.#stuck.delete(accessPoint);
  }

  /** @param answers whether the keeper holds the lines now and answers. */
  of(accessPoint: string, answers: boolean): LineFault | null {
    if (!answers) return 'keeper-silent';
    return this.#stuck.has(accessPoint) ? 'line-stuck' : null;
  }
}
