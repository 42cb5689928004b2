// The part of a document that a change can make wrong: what it touches, what that names, and what names it. It has the form of a
// document, so that the checks of imports say the same of a change, whatever the number of records beside it.

import { credentialTypes } from '../../../access/credential.ts';
import { recordOf, textOf } from '../../../config/raw.ts';
import { canonicalOrAllowed } from '../../../config/replica/check-credentials.ts';
import { referredBy, referringTo } from '../../../config/replica/check-references.ts';
import type { OfficeStore } from '../store/open.ts';
import { idOf, isRecordKind, keyOf, type RecordKind } from './kinds.ts';
import { type Written, writtenOf } from './written.ts';

/** What the change does to a record: what it says afterwards, or null where it is no more. */
export interface Touched {
  readonly kind: RecordKind;
  readonly id: string;
  readonly record: unknown;
}

/** `touched` and `near` are judged; `known` is only there to be named. */
export type Rank = 'known' | 'near' | 'touched';

interface Place {
  readonly id: string;
  readonly rank: Rank;
  readonly record: unknown;
}

/** Of those that name one record, so many are looked at: enough to say what is in the way. */
const maxReferring = 20;

export class Slice {
  readonly #store: OfficeStore;
  readonly #lists = new Map<RecordKind, Map<string, Place>>();
  readonly #gone = new Set<string>();
  /** Lists in their order, once asked for: nothing is added after the constructor. */
  readonly #ordered = new Map<RecordKind, readonly Place[]>();

  constructor(store: OfficeStore, touched: readonly Touched[]) {
    this.#store = store;
    for (const { kind, id, record } of touched) {
      if (record === null) this.#gone.add(`${kind} ${id}`);
      else this.#put(kind, id, 'touched', record);
    }
    for (const one of touched) this.#around(one);
    for (const [kind, places] of [...this.#lists]) {
      for (const { rank, record } of [...places.values()]) if (rank === 'near') this.#named(kind, record);
    }
  }

  /** A document of these records; what is touched comes last in its list. */
  document(site: string): { readonly [key: string]: unknown } {
    const lists = [...this.#lists.keys()].map((kind) => [kind, this.places(kind).map(({ record }) => record)]);
    return { format: 'cardea-replica/1', site, revision: 1, ...Object.fromEntries(lists) };
  }

  /** In the order of the document. */
  places(kind: RecordKind): readonly Place[] {
    const known = this.#ordered.get(kind);
    if (known !== undefined) return known;
    const order: readonly Rank[] = ['known', 'near', 'touched'];
    const all = [...(this.#lists.get(kind)?.values() ?? [])];
    const ordered = all.sort((a, b) => order.indexOf(a.rank) - order.indexOf(b.rank));
    this.#ordered.set(kind, ordered);
    return ordered;
  }

  #around({ kind, id, record }: Touched): void {
    if (record === null) {
      for (const { kind: from, at } of referringTo(kind)) {
        if (isRecordKind(from)) for (const one of this.#referring(from, at, id)) this.#near(from, one);
      }
      return;
    }
    this.#named(kind, record);
    if (kind === 'credentials') {
      this.#claiming(id);
      this.#sameValue(record);
    }
    if (kind !== 'staff' && kind !== 'visitors') return;
    for (const { to, id: named } of referredBy(kind, record)) {
      if (!to.includes('credentials')) continue;
      const body = this.#body('credentials', named);
      if (body !== undefined) this.#near('credentials', { id: named, body });
      this.#claiming(named);
    }
  }

  /** Whoever names a credential as theirs. */
  #claiming(credential: string): void {
    for (const { kind, at } of referringTo('credentials')) {
      if (isRecordKind(kind)) for (const one of this.#referring(kind, at, credential)) this.#near(kind, one);
    }
  }

  #sameValue(record: unknown): void {
    const { type, value } = recordOf(record);
    const known = credentialTypes.find((one) => one === type);
    const text = textOf(value);
    if (known === undefined || text === undefined) return;
    const canonical = canonicalOrAllowed(known, text);
    if (!('value' in canonical)) return;
    const same = this.#store.db
      .prepare<[string, string, number], { id: string; body: string }>(
        `SELECT id, body FROM records WHERE kind = 'credentials' AND json_extract(body, '$.value') = ?
         AND json_extract(body, '$.type') = ? LIMIT ?`,
      )
      .all(canonical.value, known, maxReferring);
    for (const one of same) this.#near('credentials', one);
  }

  #named(kind: RecordKind, record: unknown): void {
    for (const { to, id } of referredBy(kind, record)) {
      for (const target of to) {
        const body = isRecordKind(target) ? this.#body(target, id) : undefined;
        if (isRecordKind(target) && body !== undefined) this.#put(target, id, 'known', writtenOf(target, body));
      }
    }
  }

  #referring(kind: RecordKind, at: readonly string[], id: string): { id: string; body: string }[] {
    const [key, ...more] = at;
    const where =
      more.length === 0
        ? `json_extract(body, '$.${key}') = ?`
        : `EXISTS (SELECT 1 FROM json_each(body, '$.${key}') WHERE value = ?)`;
    // The words of the index that serves customers and teams (migrations.ts).
    const both = kind === 'contracts' || kind === 'passes' ? `kind IN ('contracts', 'passes') AND` : '';
    return this.#store.db
      .prepare<[string, number], { id: string; body: string }>(
        `SELECT id, body FROM records WHERE ${both} kind = '${kind}' AND ${where} LIMIT ?`,
      )
      .all(id, maxReferring);
  }

  #near(kind: RecordKind, { id: key, body }: { id: string; body: string }): void {
    this.#put(kind, idOf(kind, key), 'near', writtenOf(kind, body));
  }

  #body(kind: RecordKind, id: string): string | undefined {
    return this.#store.db
      .prepare<[string, string], string>('SELECT body FROM records WHERE kind = ? AND id = ?')
      .pluck()
      .get(kind, keyOf(kind, id));
  }

  /** What is touched stands as the change says, not as it was. */
  #put(kind: RecordKind, id: string, rank: Rank, record: Written | unknown): void {
    if (this.#gone.has(`${kind} ${id}`)) return;
    const list = this.#lists.get(kind) ?? new Map<string, Place>();
    this.#lists.set(kind, list);
    const before = list.get(id)?.rank;
    if (before === undefined || (before === 'known' && rank === 'near')) list.set(id, { id, rank, record });
  }
}
