// Nobody gets the name of somebody who was erased: what is said of them would be taken for the other's, and go.

import type { OfficeStore } from '../store/open.ts';
import { peopleKinds } from './audit-eraser.ts';
import { ErasedNames } from './names.ts';

/** Records that are new and have such a name, in words; null: there are none. */
export function erasedAgain(
  store: OfficeStore,
  added: Iterable<{ readonly kind: string; readonly id: string }>,
): string | null {
  const names = new ErasedNames(store);
  if (names.none) return null;
  const found: string[] = [];
  for (const { kind, id } of added) {
    const of = Object.hasOwn(peopleKinds, kind) ? peopleKinds[kind] : undefined;
    if (of !== undefined && of !== 'other' && names.has(of, id)) found.push(`${kind} ${id}`);
  }
  if (found.length === 0) return null;
  const listed = `${found.slice(0, 10).join(', ')}${found.length > 10 ? ` and ${found.length - 10} more` : ''}`;
  return `${listed}: erased with a person; somebody new needs another id, and who was erased does not come back`;
}
