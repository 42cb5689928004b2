// No command takes effect twice, wherever it was carried out.

import type { Recorded } from './record.ts';
import type { Report } from './violations.ts';

export class CommandCheck {
  readonly #report: Report;
  readonly #applied = new Map<string, string>();

  constructor(report: Report) {
    this.#report = report;
  }

  record({ type, controller, seq, data }: Recorded): void {
    if (type !== 'command.applied') return;
    const { id, type: what } = data.command as { id?: string; type: string };
    if (id === undefined) return;
    const place = `record ${seq} of ${controller}`;
    const before = this.#applied.get(id);
    if (before === undefined) this.#applied.set(id, place);
    else this.#report('command', `command ${id} (${what}) was carried out twice: ${before} and ${place}`);
  }
}
