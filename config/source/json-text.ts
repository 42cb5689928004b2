// JSON of any size: the engine's parser makes the value; a scan that knows positions runs only where something is wrong.

import type { KeyPath } from '../problem.ts';
import { scanJson, type WantedNode } from './json-scan.ts';
import { maxDepth } from './limits.ts';
import type { ParsedText } from './text-fault.ts';

/** Never throws: what is wrong with the text is in `faults`. */
export function parseJson(text: string): ParsedText {
  const value = engineValue(text);
  const members = value === undefined ? Number.NaN : countMembers(value, 0);
  // Of two equal keys the engine keeps one: fewer members than colons outside texts means that some key stands twice.
  const sound = members === countColons(text);
  const faults = sound ? [] : scanJson(text, { children: new Map() });
  const broken = value === undefined || Number.isNaN(members);
  if (broken && faults.length === 0) {
    faults.push({ offset: 0, path: [], found: 'a text that is not JSON', allowed: 'JSON (RFC 8259)' });
  }
  return { value: broken ? undefined : value, faults, broken, offsets: (wanted) => offsetsOf(text, wanted) };
}

function engineValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Members of all objects; NaN where they are nested too deeply. */
function countMembers(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth >= maxDepth) return Number.NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countMembers(item, depth + 1);
    return count;
  }
  for (const item of Object.values(value)) count += 1 + countMembers(item, depth + 1);
  return count;
}

function countColons(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = closingQuote(text, at);
    else if (code === 0x3a) count++;
  }
  return count;
}

/** Offset of the quote that ends the text opened at `open`: the first one after an even number of backslashes. */
function closingQuote(text: string, open: number): number {
  let end = text.indexOf('"', open + 1);
  while (end > 0) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

function offsetsOf(
  text: string,
  wanted: readonly { readonly path: KeyPath; readonly at: 'key' | 'value' }[],
): number[] {
  const root: WantedNode = { children: new Map() };
  for (const { path } of wanted) {
    let node = root;
    for (const step of path) {
      const child: WantedNode = node.children.get(step) ?? { children: new Map() };
      node.children.set(step, child);
      node = child;
    }
  }
  scanJson(text, root);
  return wanted.map(({ path, at }) => {
    let node = root;
    let offset = root.valueOffset ?? 0;
    path.forEach((step, index) => {
      node = node.children.get(step) ?? { children: new Map() };
      const own = at === 'key' && index === path.length - 1 ? node.keyOffset : node.valueOffset;
      offset = own ?? offset;
    });
    return offset;
  });
}
