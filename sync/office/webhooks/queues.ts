// The messages of one endpoint in memory: each queue in its order, one of it under way at a time, queues in turn. Mirrors the table of
// deliveries, and never holds more than its bound: the rest stays in the records, unlooked at.

import type { Waiting } from '../store/webhook-deliveries.ts';

interface Queue {
  readonly waiting: Waiting[];
  /** Milliseconds since boot; before then its first message is not tried. */
  notBeforeMs: number;
  waits: Generator<number, never> | null;
}

export class Queues {
  readonly #queues = new Map<string, Queue>();
  readonly #underWay = new Set<string>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  add(waiting: Waiting): void {
    const queue = this.#queues.get(waiting.queue);
    if (queue === undefined) this.#queues.set(waiting.queue, { waiting: [waiting], notBeforeMs: 0, waits: null });
    else queue.waiting.push(waiting);
    this.#size++;
  }

  /** Takes the next message whose turn it is; undefined where none is due, or all that are due are under way. */
  take(nowMs: number): Waiting | undefined {
    for (const [name, queue] of this.#queues) {
      const [first] = queue.waiting;
      if (first === undefined || this.#underWay.has(name) || queue.notBeforeMs > nowMs) continue;
      this.#underWay.add(name);
      return first;
    }
    return undefined;
  }

  /** It is not to be tried again: the next of its queue may go, after those of others. */
  done({ queue: name }: Waiting): void {
    const queue = this.#queues.get(name);
    this.#underWay.delete(name);
    if (queue === undefined) return;
    queue.waiting.shift();
    this.#size--;
    this.#queues.delete(name);
    if (queue.waiting.length === 0) return;
    this.#queues.set(name, { waiting: queue.waiting, notBeforeMs: 0, waits: null });
  }

  /** It stays the first of its queue, and is tried again after the next of `waits`, or `atLeastMs`. */
  later(waiting: Waiting, nowMs: number, atLeastMs: number, waits: () => Generator<number, never>): void {
    const { queue: name } = waiting;
    this.#underWay.delete(name);
    const queue = this.#queues.get(name);
    if (queue === undefined) return;
    queue.waiting[0] = waiting;
    queue.waits ??= waits();
    queue.notBeforeMs = nowMs + Math.max(queue.waits.next().value, atLeastMs);
  }

  /** It was not the message's fault: it is tried again when the endpoint is, after others. */
  again({ queue: name }: Waiting): void {
    this.#underWay.delete(name);
    const queue = this.#queues.get(name);
    if (queue === undefined) return;
    this.#queues.delete(name);
    this.#queues.set(name, queue);
  }

  /** Nothing that waits was refused for its own sake: all may be tried now. */
  forgive(): void {
    for (const queue of this.#queues.values()) {
      const [first] = queue.waiting;
      if (first !== undefined) queue.waiting[0] = { ...first, firstFailedMs: null };
      queue.notBeforeMs = 0;
      queue.waits = null;
    }
  }

  /** When the next message is due that is not under way, milliseconds since boot; undefined where there is none. */
  nextDueMs(): number | undefined {
    let nextMs: number | undefined;
    for (const [name, { notBeforeMs }] of this.#queues) {
      if (this.#underWay.has(name)) continue;
      if (nextMs === undefined || notBeforeMs < nextMs) nextMs = notBeforeMs;
    }
    return nextMs;
  }
}
