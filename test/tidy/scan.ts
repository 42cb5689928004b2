// A source file taken apart into code, comments and strings by a light scanner, good enough for this house's own style.

export interface Scanned {
  /** Comments, strings and regular expressions as blanks; lines and columns stay. */
  readonly code: string;
  /** Only the comments. */
  readonly comments: string;
  readonly imports: readonly { readonly from: string; readonly typeOnly: boolean; readonly names: string }[];
}

type Kind = 'code' | 'comment' | 'string';

export function scan(source: string): Scanned {
  const kinds = kindsOf(source);
  const only = (kept: readonly Kind[]): string =>
    [...Array(source.length).keys()]
      .map((at) => (source[at] === '\n' || kept.includes(kinds[at] ?? 'code') ? source[at] : ' '))
      .join('');
  const code = only(['code']);
  return { code, comments: only(['comment']), imports: importsOf(only(['code', 'string']), code) };
}

function importsOf(text: string, code: string): Scanned['imports'] {
  const found: { from: string; typeOnly: boolean; names: string }[] = [];
  const forms =
    /(?:^|\n)\s*(import|export)(\s+type)?\b([^;'"]*?)\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g;
  for (const match of text.matchAll(forms)) {
    const at = (match.index ?? 0) + match[0].search(/import|export/);
    // The word stands in the code, not in a string.
    if (!/^(import|export)/.test(code.slice(at))) continue;
    found.push({ from: match[4] ?? match[5] ?? '', typeOnly: match[2] !== undefined, names: match[3] ?? '' });
  }
  return found;
}

/** What every character belongs to. Delimiters belong to what they delimit; `${…}` inside a template is code. */
function kindsOf(source: string): Kind[] {
  const kinds: Kind[] = [];
  /** For every open template: how many braces are open inside its `${`. */
  const templates: number[] = [];
  let at = 0;
  const take = (kind: Kind, end: number): void => {
    while (at < Math.min(end, source.length)) kinds[at++] = kind;
  };
  while (at < source.length) {
    const rest = source.slice(at, at + 2);
    const char = source[at] ?? '';
    if (rest === '//') take('comment', endOf(source, '\n', at));
    else if (rest === '/*') take('comment', endOf(source, '*/', at) + 2);
    else if (char === "'" || char === '"') take('string', closing(source, at, char));
    else if (char === '/' && regexMayStart(source, kinds, at)) take('string', regexEnd(source, at));
    else if (char === '`' || (char === '}' && templates.at(-1) === 0)) {
      if (char === '}') templates.pop();
      const end = templateEnd(source, at + 1);
      if (source.slice(end - 2, end) === '${') templates.push(0);
      take('string', end);
    } else {
      const open = templates.length - 1;
      if (open >= 0 && char === '{') templates[open] = (templates[open] ?? 0) + 1;
      if (open >= 0 && char === '}') templates[open] = (templates[open] ?? 0) - 1;
      take('code', at + 1);
    }
  }
  return kinds;
}

function endOf(source: string, mark: string, from: number): number {
  const end = source.indexOf(mark, from);
  return end < 0 ? source.length : end;
}

function closing(source: string, from: number, quote: string): number {
  let at = from + 1;
  while (at < source.length && source[at] !== quote && source[at] !== '\n') at += source[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Behind the closing backtick, or behind the next `${`. */
function templateEnd(source: string, from: number): number {
  let at = from;
  while (at < source.length && source[at] !== '`') {
    if (source.startsWith('${', at)) return at + 2;
    at += source[at] === '\\' ? 2 : 1;
  }
  return at + 1;
}

function regexEnd(source: string, from: number): number {
  let at = from + 1;
  let inClass = false;
  while (at < source.length && source[at] !== '\n' && (inClass || source[at] !== '/')) {
    if (source[at] === '[') inClass = true;
    if (source[at] === ']') inClass = false;
    at += source[at] === '\\' ? 2 : 1;
  }
  return at + 1;
}

/** A slash divides after a value, and begins a regular expression after everything else. */
function regexMayStart(source: string, kinds: readonly Kind[], at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (kinds[before] === 'comment' || /\s/.test(source[before] ?? ''))) before--;
  if (before < 0) return true;
  if (/\b(return|typeof|case|of|in|yield|await)$/.test(source.slice(Math.max(before - 9, 0), before + 1))) return true;
  return kinds[before] === 'code' && !/[\w$)\]}]/.test(source[before] ?? '');
}

/** The functions of a file: the line each body begins in (from 1), and how many lines it has. */
export function functionsOf(code: string): { line: number; lines: number }[] {
  const found: { line: number; lines: number }[] = [];
  const open: { line: number; isFunction: boolean }[] = [];
  let line = 1;
  for (let at = 0; at < code.length; at++) {
    if (code[at] === '\n') line++;
    else if (code[at] === '{') open.push({ line, isFunction: isBody(code, at) });
    else if (code[at] === '}') {
      const begun = open.pop();
      if (begun?.isFunction === true) found.push({ line: begun.line, lines: line - begun.line + 1 });
    }
  }
  return found;
}

/** Whether the brace begins a function's body, from what stands before it. */
function isBody(code: string, at: number): boolean {
  const before = code.slice(Math.max(at - 600, 0), at).trimEnd();
  if (before.endsWith('=>')) return true;
  const header = before.slice(Math.max(...[';', '{', '}'].map((mark) => before.lastIndexOf(mark))) + 1).trim();
  // The brace of a return type that is an object, or holds one, ends just before.
  if (/^(\[\]|>)*$/.test(header)) return before.endsWith('}') ? sameLine(code, before.length, at) : header !== '';
  if (/^(if|else|for|while|switch|catch|do|try|class|export class|interface|export interface)\b/.test(header))
    return false;
  return /\)\s*(:\s*[^=]*)?$/.test(header);
}

function sameLine(code: string, from: number, to: number): boolean {
  return !code.slice(from, to).includes('\n');
}
