// YAML 1.2 as people write config: one document of mappings, lists and plain values. Tags, directives and documents that
// try to exhaust the reader are refused; anchors and aliases are allowed in measure.

import { Composer, type Document, Lexer, Parser, type YAMLError } from 'yaml';
import type { KeyPath } from '../problem.ts';
import { maxDepth } from './limits.ts';
import type { ParsedText, TextFault } from './text-fault.ts';
import { YamlTree } from './yaml-tree.ts';
import { localFaults, yamlWords } from './yaml-words.ts';

/** Never throws: what is wrong with the text is in `faults`. */
export function parseYaml(text: string): ParsedText {
  const documents = compose(text);
  if (documents === null) {
    const found = `more than ${maxDepth} levels of nesting`;
    return unreadable([{ offset: 0, path: [], found, allowed: `at most ${maxDepth} levels` }]);
  }
  const [document, second] = documents;
  const errors = [...(document?.errors ?? []), ...(document?.warnings ?? [])];
  const tree = new YamlTree(document?.contents ?? null);
  const faults = [...firstOfEachLine(errors, text).map((error) => faultOf(error, tree)), ...tree.faults];
  if (second !== undefined) faults.push(worded('MULTIPLE_DOCS', second.range[0], []));
  const broken = tree.broken || second !== undefined || errors.some(({ code }) => !localFaults.includes(code));
  return broken ? unreadable(faults) : { value: tree.value, faults, broken, offsets: (wanted) => tree.offsets(wanted) };
}

function unreadable(faults: TextFault[]): ParsedText {
  return { value: undefined, faults, broken: true, offsets: (wanted) => wanted.map(() => 0) };
}

/**
 * The first two documents; null where the nesting is too deep. Depth is watched while tokens come in: composing is
 * recursive, and overflowing the stack there can end the process inside the engine.
 */
function compose(text: string): Document.Parsed[] | null {
  const parser = new Parser();
  const tokens = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    // A level of the value is one entry on the parser's stack; the document and a scalar add theirs.
    if (parser.stack.length > maxDepth + 2) return null;
  }
  for (const token of parser.end()) tokens.push(token);
  const documents: Document.Parsed[] = [];
  // uniqueKeys: the library compares every key with every other; the tree finds equal ones in one pass.
  const composer = new Composer({ stringKeys: true, resolveKnownTags: false, uniqueKeys: false, logLevel: 'error' });
  for (const document of composer.compose(tokens, true, text.length)) {
    documents.push(document as Document.Parsed);
    if (documents.length > 1) break;
  }
  return documents;
}

/** What follows a fault on its line is rarely a fault of its own. */
function firstOfEachLine(errors: readonly YAMLError[], text: string): YAMLError[] {
  const sorted = [...errors].sort((a, b) => a.pos[0] - b.pos[0]);
  let lineEnd = -1;
  return sorted.filter(({ pos: [offset] }) => {
    if (offset <= lineEnd) return false;
    const end = text.indexOf('\n', offset);
    lineEnd = end < 0 ? text.length : end;
    return true;
  });
}

function faultOf(error: YAMLError, tree: YamlTree): TextFault {
  const [offset] = error.pos;
  return worded(error.code, offset, tree.pathAt(offset));
}

function worded(code: keyof typeof yamlWords, offset: number, path: KeyPath): TextFault {
  const [found, allowed] = yamlWords[code];
  return { offset, path, found, allowed };
}
