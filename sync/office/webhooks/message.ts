// What a webhook is told: the record, and who its customer is by the office's records. Made when it is sent, so that what was erased
// meanwhile is not told any more.

import type Database from 'better-sqlite3';
import type { WireEvent } from '../../protocol/events.ts';
import type { OfficeStore } from '../store/open.ts';
import { HostNames } from '../visitors/host.ts';
import { holderOf, topicOf } from './topics.ts';

const kinds: { readonly [kind: string]: string | undefined } = {
  customer: 'customers',
  visitor: 'visitors',
  staff: 'staff',
};

export class Messages {
  readonly #name: Database.Statement<[string, string], string>;
  readonly #hosts: HostNames;

  constructor(store: OfficeStore) {
    this.#hosts = new HostNames(store);
    this.#name = store.db
      .prepare<[string, string], string>("SELECT json_extract(body, '$.name') FROM records WHERE kind = ? AND id = ?")
      .pluck();
  }

  /**
   * JSON: `{ id, type, topic, time, site, controller, accessPoint, reader, about: { kind, id, name } | null, data }`, `data` as
   * interfaces.md section 5 has it; of a visitor also `host: { id, name } | null`, whom it is to be told.
   */
  body({ id, type, time, site, controller, accessPoint, reader, data }: WireEvent): string {
    const holder = holderOf(data);
    const about = holder === null ? null : { ...holder, name: this.#nameOf(holder.kind, holder.id) };
    const place = { site, controller, accessPoint: accessPoint ?? null, reader: reader ?? null };
    const topic = topicOf(type);
    const told = topic === 'visitor' ? { host: this.#hostIn(data) } : {};
    return JSON.stringify({ id, type, topic, time, ...place, about, ...told, data });
  }

  #hostIn({ host }: WireEvent['data']): { readonly id: string; readonly name: string } | null {
    return typeof host === 'string' ? { id: host, name: this.#hosts.of(host) } : null;
  }

  #nameOf(kind: string, id: string): string {
    const records = kinds[kind];
    return records === undefined ? id : (this.#name.get(records, id) ?? id);
  }
}
