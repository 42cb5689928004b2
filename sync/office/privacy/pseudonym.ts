// What stands in the place of a name that was taken out: random, so that nothing leads back to whose it was.

import type { OfficeStore } from '../store/open.ts';

const form = /^erased-[0-9a-f]{32}$/;

export function isPseudonym(id: string): boolean {
  return form.test(id);
}

/** A new one each time. */
export function pseudonyms({ db }: OfficeStore): () => string {
  const random = db.prepare<[], string>("SELECT 'erased-' || lower(hex(randomblob(16)))").pluck();
  return () => random.get() ?? '';
}
