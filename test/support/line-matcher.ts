// Compares printed lines with what a scenario file expects of them: `expect` in order, `absent` never, `count` exactly.

export interface Expectations {
  readonly expect?: readonly unknown[];
  readonly absent?: readonly unknown[];
  readonly count?: readonly { readonly match: unknown; readonly times: number }[];
}

const startsLikeInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** A wanted value is part of a found one: objects by their keys, lists item by item, `re:` patterns, instants by time. */
export function isPartOf(wanted: unknown, found: unknown): boolean {
  if (Array.isArray(wanted)) {
    return Array.isArray(found) && found.length === wanted.length && wanted.every((w, i) => isPartOf(w, found[i]));
  }
  if (wanted !== null && typeof wanted === 'object') {
    if (found === null || typeof found !== 'object') return false;
    const values = new Map<string, unknown>(Object.entries(found));
    return Object.entries(wanted).every(([key, value]) => isPartOf(value, values.get(key)));
  }
  if (typeof wanted === 'string') return textMatches(wanted, found);
  return wanted === null ? found === null || found === undefined : wanted === found;
}

function textMatches(wanted: string, found: unknown): boolean {
  if (wanted.startsWith('re:')) return new RegExp(wanted.slice('re:'.length)).test(String(found));
  if (typeof found !== 'string') return false;
  if (wanted === found) return true;
  return startsLikeInstant.test(wanted) && startsLikeInstant.test(found) && Date.parse(wanted) === Date.parse(found);
}

/** Everything that is not as expected, in words; none: all is well. */
export function lineFaults(
  lines: readonly unknown[],
  { expect = [], absent = [], count = [] }: Expectations,
): string[] {
  const faults: string[] = [];
  let from = 0;
  for (const wanted of expect) {
    const index = lines.findIndex((line, i) => i >= from && isPartOf(wanted, line));
    if (index === -1) {
      faults.push(`not printed, or not in this order: ${JSON.stringify(wanted)}`);
      break;
    }
    from = index + 1;
  }
  for (const never of absent) {
    if (lines.some((line) => isPartOf(never, line))) faults.push(`printed all the same: ${JSON.stringify(never)}`);
  }
  for (const { match, times } of count) {
    const found = lines.filter((line) => isPartOf(match, line)).length;
    if (found !== times) faults.push(`printed ${found} times, not ${times}: ${JSON.stringify(match)}`);
  }
  return faults;
}
