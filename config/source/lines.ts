// From an offset in a text to the line and column that an editor shows.

import { LineCounter } from 'yaml';

export interface Place {
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

/** Looks up places in one text; the first call walks the text once. A line ends with a line feed. */
export function placeFinder(text: string): (offset: number) => Place {
  let counter: LineCounter | undefined;
  return (offset) => {
    if (counter === undefined) {
      counter = new LineCounter();
      counter.addNewLine(0);
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) counter.addNewLine(end + 1);
    }
    const { line, col } = counter.linePos(Math.min(Math.max(offset, 0), text.length));
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
}
