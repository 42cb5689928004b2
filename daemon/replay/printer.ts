// What replay prints (interfaces.md section 4): events and changes of outputs, one JSON object a line, in order. Records of
// an instant stand before the outputs that follow from them.

import type { JournalEvent } from '../../access/event.ts';
import type { LockState } from '../../drivers/port.ts';

interface OutputLine {
  readonly output: 'lock';
  readonly accessPoint: string;
  readonly state: LockState;
  readonly at: string;
}

export class Printer {
  readonly #print: (line: string) => void;
  #outputs: OutputLine[] = [];

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  events(events: readonly JournalEvent[]): void {
    const time = events[0]?.time ?? '';
    const earlier = this.#outputs.filter((line) => line.at < time);
    const now = this.#outputs.filter((line) => line.at >= time);
    for (const line of earlier) this.#print(JSON.stringify(line));
    for (const event of events) this.#print(JSON.stringify(event));
    for (const line of now) this.#print(JSON.stringify(line));
    this.#outputs = [];
  }

  output(accessPoint: string, state: LockState, atMs: number): void {
    this.#outputs.push({ output: 'lock', accessPoint, state, at: new Date(atMs).toISOString() });
  }

  /** Prints the outputs that no record followed. */
  flush(): void {
    for (const line of this.#outputs) this.#print(JSON.stringify(line));
    this.#outputs = [];
  }
}
