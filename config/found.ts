// Saying what was found in a file. Values of credentials, passwords inside URLs, and a whole file that is one value (it may
// be a key file) are never repeated: what is printed here ends in terminals, tickets and chats.

import type { KeyPath } from './problem.ts';

const longestText = 60;

/** The words for a value: a text in quotes, shortened; a mapping or a list only by its kind. */
export function foundText(value: unknown, path: KeyPath): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object') return 'a mapping';
  if (isSecret(path)) return `a ${typeof value === 'string' ? 'text' : typeof value}`;
  return typeof value === 'string' ? quoted(value) : `the ${typeof value} ${String(value)}`;
}

/** A text in quotes, in one line, shortened, without what a URL says before its host. */
export function quoted(text: string): string {
  const open = text.replace(/\/\/[^/]*@/g, '//…@');
  return JSON.stringify(open.length > longestText ? `${open.slice(0, longestText)}…` : open);
}

/** Keys of a credential's record that say nothing of its value. */
const openKeys: readonly unknown[] = ['id', 'type', 'customer', 'status', 'validFrom', 'expires'];

/** Whether the value of a card, badge, code or PIN may stand here, or a whole file or step that is no mapping. */
export function isSecret(path: KeyPath): boolean {
  if (path.length === 0 || (path.length === 2 && path[0] === 'steps')) return true;
  const present = path.lastIndexOf('present');
  if (present >= 0) return path[present + 1] !== 'reader';
  const list = path.lastIndexOf('credentials');
  if (list < 0 || path[list - 2] === 'staff') return false;
  return !openKeys.includes(path[list + 2]);
}

/** The known word nearest to a mistyped one, if any is near: at most a third of its letters differ. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Letters to insert, delete, replace, or swap with their neighbour. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
