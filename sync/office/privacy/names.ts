// Who is called what from now on. For retention everybody gets a new name, the same in all that is renamed together; for an erasure those
// who were erased.

import { createHmac } from 'node:crypto';
import type { OfficeStore } from '../store/open.ts';
import { Records } from '../store/records.ts';
import type { NameKind, Renamed } from './cut.ts';
import { isPseudonym, pseudonyms } from './pseudonym.ts';

const kinds: readonly NameKind[] = ['customer', 'visitor', 'staff', 'pass', 'credential', 'hash'];
const maxKept = 100_000;

/** Everybody, but for who was renamed already. `other` texts stay. */
export function everybody(store: OfficeStore): Renamed {
  const newName = pseudonyms(store);
  const names = new Map<string, string>();
  return (kind, name) => {
    if (kind === 'other' || isPseudonym(name)) return null;
    return kept(names, `${kind} ${name}`, newName);
  };
}

/** Of a visit of somebody who is renamed: a pass that the document does not have any more was theirs too. */
export function inTheirVisit(store: OfficeStore, renamed: Renamed): Renamed {
  const records = new Records(store);
  const others = everybody(store);
  return (kind, name) => {
    const other = renamed(kind, name);
    if (other !== null || kind !== 'pass' || records.body('passes', name) !== undefined) return other;
    return others(kind, name);
  };
}

/** What is called `name` in one kind has one other name. */
function kept(names: Map<string, string>, key: string, newName: () => string): string {
  const found = names.get(key) ?? newName();
  if (names.size >= maxKept) names.clear();
  names.set(key, found);
  return found;
}

/** Names of those who were erased. The store knows them by keyed hashes only. */
export class ErasedNames {
  readonly #store: OfficeStore;
  readonly #has;
  readonly #any;
  readonly #known = new Map<string, boolean>();
  #salt: string | null = null;

  constructor(store: OfficeStore) {
    this.#store = store;
    this.#has = store.db.prepare<[string], number>('SELECT 1 FROM erased_names WHERE print = ?').pluck();
    this.#any = store.db.prepare<[], number>('SELECT 1 FROM erased_names LIMIT 1').pluck();
  }

  /** In the caller's transaction. */
  add(kind: NameKind, name: string): void {
    this.#store.db.prepare('INSERT OR IGNORE INTO erased_names (print) VALUES (?)').run(this.#print(kind, name));
    this.#known.clear();
  }

  get none(): boolean {
    return this.#any.get() === undefined;
  }

  has(kind: NameKind, name: string): boolean {
    if (kind === 'other') return kinds.some((one) => this.has(one, name));
    return this.#has.get(this.#print(kind, name)) !== undefined;
  }

  /** Those who were erased until now, each with a new name. */
  renamed(): Renamed {
    // Another process may have erased somebody since.
    this.#known.clear();
    const newName = pseudonyms(this.#store);
    const names = new Map<string, string>();
    return (kind, name) => {
      if (isPseudonym(name) || !this.#remembered(kind, name)) return null;
      return kept(names, kind === 'other' ? `other ${name}` : `${kind} ${name}`, newName);
    };
  }

  /** Names come again and again: most are nobody's who was erased. */
  #remembered(kind: NameKind, name: string): boolean {
    const key = `${kind} ${name}`;
    const known = this.#known.get(key) ?? this.has(kind, name);
    if (this.#known.size >= maxKept) this.#known.clear();
    this.#known.set(key, known);
    return known;
  }

  #print(kind: NameKind, name: string): string {
    this.#salt ??= String(
      this.#store.db.prepare<[], string>("SELECT value FROM meta WHERE key = 'erasureSalt'").pluck().get(),
    );
    return createHmac('sha256', this.#salt).update(`${kind} ${name}`).digest('hex');
  }
}
