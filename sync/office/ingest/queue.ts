// Messages with events that wait to be looked at: in order for each controller, taken in turn over all of them, and bounded
// for each and in all. What does not fit is dropped; its controller sends it again, because nobody acknowledged it.

export interface WaitingMessage {
  readonly controller: string;
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface QueueBounds {
  readonly messagesPerController: number;
  readonly bytesPerController: number;
  readonly bytes: number;
}

export const defaultBounds: QueueBounds = {
  messagesPerController: 64,
  bytesPerController: 16 * 1024 * 1024,
  bytes: 128 * 1024 * 1024,
};

interface Line {
  readonly messages: WaitingMessage[];
  bytes: number;
}

export class IngestQueue {
  readonly #bounds: QueueBounds;
  /** In the order of their turns. */
  readonly #lines = new Map<string, Line>();
  #bytes = 0;

  constructor(bounds: QueueBounds = defaultBounds) {
    this.#bounds = bounds;
  }

  get empty(): boolean {
    return this.#lines.size === 0;
  }

  /** false: there is no room, and the message is dropped. */
  offer(message: WaitingMessage): boolean {
    const { messagesPerController, bytesPerController, bytes } = this.#bounds;
    const { length } = message.payload;
    const line = this.#lines.get(message.controller) ?? { messages: [], bytes: 0 };
    if (
      line.messages.length >= messagesPerController ||
      line.bytes + length > bytesPerController ||
      this.#bytes + length > bytes
    ) {
      return false;
    }
    line.messages.push(message);
    line.bytes += length;
    this.#bytes += length;
    this.#lines.set(message.controller, line);
    return true;
  }

  /** The next messages, one of each controller in turn, until there are `maxMessages` or `maxBytes` are passed. */
  take(maxMessages: number, maxBytes: number): WaitingMessage[] {
    const taken: WaitingMessage[] = [];
    let bytes = 0;
    while (taken.length < maxMessages && bytes < maxBytes) {
      const [turn] = this.#lines;
      if (turn === undefined) break;
      const [controller, line] = turn;
      this.#lines.delete(controller);
      const message = line.messages.shift();
      if (message === undefined) continue;
      const { length } = message.payload;
      bytes += length;
      this.#bytes -= length;
      line.bytes -= length;
      taken.push(message);
      if (line.messages.length > 0) this.#lines.set(controller, line);
    }
    return taken;
  }
}
