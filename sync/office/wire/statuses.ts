// What the controllers last said of themselves. Kept in memory and written together, once a second at most: there is one row
// a controller, and what is lost in between the broker still has.

import type { Cancel, Clock } from '../../../access/clock.ts';
import type { ReadStatus } from '../../protocol/status.ts';
import { Anomalies } from '../store/anomalies.ts';
import { type ControllerRow, writeController } from '../store/controllers.ts';
import { readMeta, writeMeta } from '../store/meta.ts';
import type { OfficeStore } from '../store/open.ts';
import { currentRevision } from '../store/revisions.ts';

export interface StatusParts {
  readonly clock: Clock;
  readonly store: OfficeStore;
  /** A controller has a newer revision than the office ever gave out. */
  ahead(controller: string, revision: number): void;
  failed(error: unknown): void;
}

const writeMs = 1_000;
/** A revision above this is not believed: the next ones must still be numbers. */
const maxRevision = 2 ** 52;

export class Statuses {
  readonly #parts: StatusParts;
  readonly #anomalies: Anomalies;
  readonly #unwritten = new Map<string, ControllerRow>();
  #cancel: Cancel | null = null;

  constructor(parts: StatusParts) {
    this.#parts = parts;
    this.#anomalies = new Anomalies(parts.store);
  }

  /** @param status null for the last will. */
  heard(controller: string, status: ReadStatus | null): void {
    const revision = status?.revision ?? null;
    const before = this.#unwritten.get(controller);
    this.#unwritten.set(controller, {
      controller,
      online: status?.online ?? false,
      revision: revision !== null && revision <= maxRevision ? revision : (before?.revision ?? null),
      status: status === null ? (before?.status ?? null) : JSON.stringify(status),
      receivedMs: this.#parts.clock.now().wallMs,
    });
    this.#cancel ??= this.#parts.clock.after('office statuses', writeMs, () => {
      this.#cancel = null;
      this.write();
    });
  }

  /** Writes what is not written; where that fails, it is tried again with the next status. */
  write(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#unwritten.size === 0) return;
    const { store, ahead, failed } = this.#parts;
    try {
      const news = store.db.transaction(() => this.#write()).immediate();
      this.#unwritten.clear();
      for (const { controller, revision } of news) ahead(controller, revision);
    } catch (error) {
      failed(error);
    }
  }

  #write(): { controller: string; revision: number }[] {
    const { store, clock } = this.#parts;
    const current = currentRevision(store)?.revision ?? 0;
    const highestBefore = readMeta(store, 'highestSeenRevision');
    let highest = highestBefore;
    const news: { controller: string; revision: number }[] = [];
    for (const row of this.#unwritten.values()) {
      writeController(store, row);
      const { controller, revision } = row;
      if (revision === null || revision <= current) continue;
      highest = Math.max(highest, revision);
      const reason = `decides by revision ${revision}; the newest here is ${current}`;
      const found = {
        kind: 'controller-ahead',
        controller,
        epoch: '',
        seq: revision,
        subject: '',
        reason,
        body: null,
      } as const;
      if (this.#anomalies.add(found, clock.now().wallMs)) news.push({ controller, revision });
    }
    if (highest > highestBefore) writeMeta(store, 'highestSeenRevision', highest);
    return news;
  }
}
