// A second reading of JSON that remembers where things stand. It is made only for a text in which something is wrong:
// the value itself comes from the engine's own, much faster parser. It knows RFC 8259 and nothing beyond it.

import { maxDepth } from './limits.ts';
import { duplicateKey, type TextFault } from './text-fault.ts';

/** A way from the root that somebody asks about, with the offsets of what stands at its end. */
export interface WantedNode {
  readonly children: Map<string | number, WantedNode>;
  keyOffset?: number;
  valueOffset?: number;
}

/** Faults of a text in their order; after a fault of syntax nothing is read. The wanted nodes receive their offsets. */
export function scanJson(text: string, wanted: WantedNode): TextFault[] {
  const scan = new JsonScan(text);
  try {
    scan.document(wanted);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  return scan.faults;
}

/** Thrown within this file only, where nothing more can be read. */
class Stop extends Error {}

class JsonScan {
  readonly faults: TextFault[] = [];
  private readonly text: string;
  private readonly path: (string | number)[] = [];
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(wanted: WantedNode): void {
    this.value(wanted);
    if (this.at < this.text.length) this.stop('more text after the end of the value', 'one value in a file');
  }

  private value(wanted: WantedNode | undefined): void {
    this.space();
    if (wanted !== undefined) wanted.valueOffset = this.at;
    const first = this.text[this.at];
    if (first === '{') this.object(wanted);
    else if (first === '[') this.array(wanted);
    else if (first === '"') this.string();
    else this.literal();
    this.space();
  }

  private object(wanted: WantedNode | undefined): void {
    const keys = new Set<string>();
    this.enter();
    while (this.text[this.at] !== '}') {
      if (keys.size > 0) this.expect(',', 'a comma or }');
      const offset = this.at;
      if (this.text[offset] !== '"') this.stop(this.here(), 'a key in double quotes');
      const key = this.string();
      this.path.push(key);
      if (keys.has(key)) this.faults.push(duplicateKey([...this.path], offset));
      keys.add(key);
      this.space();
      this.expect(':', 'a colon');
      const child = wanted?.children.get(key);
      if (child !== undefined) child.keyOffset = offset;
      this.value(child);
      this.path.pop();
    }
    this.at++;
  }

  private array(wanted: WantedNode | undefined): void {
    this.enter();
    for (let index = 0; this.text[this.at] !== ']'; index++) {
      if (index > 0) this.expect(',', 'a comma or ]');
      this.path.push(index);
      this.value(wanted?.children.get(index));
      this.path.pop();
    }
    this.at++;
  }

  private enter(): void {
    if (this.path.length >= maxDepth) this.stop(`more than ${maxDepth} levels`, `at most ${maxDepth} levels`);
    this.at++;
    this.space();
  }

  /** Reads a text in quotes and gives what it says. */
  private string(): string {
    const start = this.at;
    let escaped = false;
    for (this.at++; ; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code === 0x22) break;
      if (Number.isNaN(code) || code < 0x20)
        this.stop(this.here(), 'a closing double quote, and control characters as \\u00XX');
      if (code !== 0x5c) continue;
      escaped = true;
      const escapes = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;
      escapes.lastIndex = this.at;
      const known = escapes.exec(this.text);
      if (known === null) this.stop('an unknown escape', '\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\uXXXX');
      else this.at += known[0].length - 1;
    }
    this.at++;
    const piece = this.text.slice(start, this.at);
    return escaped ? String(JSON.parse(piece)) : piece.slice(1, -1);
  }

  private literal(): void {
    const word = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
    word.lastIndex = this.at;
    const match = word.exec(this.text);
    if (match === null)
      this.stop(this.here(), 'a value: an object, a list, a text in double quotes, a number, true, false, null');
    else this.at += match[0].length;
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }

  private expect(character: string, allowed: string): void {
    if (this.text[this.at] !== character) this.stop(this.here(), allowed);
    this.at++;
    this.space();
  }

  private here(): string {
    if (this.at >= this.text.length) return 'the end of the text';
    const code = this.text.codePointAt(this.at) ?? 0;
    return code < 0x20 ? 'a control character' : `the character ${String.fromCodePoint(code)}`;
  }

  private stop(found: string, allowed: string): never {
    this.faults.push({ offset: this.at, path: [...this.path], found, allowed });
    throw new Stop();
  }
}
