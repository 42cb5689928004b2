// What is wrong in a file that a person wrote, said so that it can be mended without reading any code: where, under which
// key, what was found, what is allowed.

/** The way from the root of a file to a value: keys and list positions. */
export type KeyPath = readonly (string | number)[];

export interface Problem {
  /** The file as it was named by whoever asked for it. */
  readonly file: string;
  /** Both count from 1; a column is a UTF-16 code unit, of a table a cell. */
  readonly line: number;
  readonly column: number;
  /** The key's path, as `readers[1].accessPoint`; empty where the file as a whole is meant. */
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
  /** A file with a warning is used; one with an error is refused. */
  readonly severity: 'error' | 'warning';
}

/** A path that a schema gives; symbols do not occur in files. */
export function keyPath(path: readonly PropertyKey[]): KeyPath {
  return path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}

/** `readers[1].accessPoint`; a key that would be misread so stands in quotes, as `plans["a.b"]`. */
export function keyPathText(path: KeyPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[A-Za-z0-9_$-]{1,80}$/.test(step)) text += `[${JSON.stringify(step.slice(0, 80))}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** `file:line:column key.path: found X; allowed: Y`; a warning says so before what was found. */
export function formatProblem(problem: Problem): string {
  return withWords(problem, problem.severity === 'error' ? `found ${problem.found}` : `warning: ${problem.found}`);
}

/** A warning for a log, whose line says already that it is one. */
export function formatLogged(warning: Problem): string {
  return withWords(warning, warning.found);
}

function withWords({ file, line, column, path, allowed }: Problem, words: string): string {
  return `${file}:${line}:${column}${path === '' ? '' : ` ${path}`}: ${words}; allowed: ${allowed}`;
}

/** A file that is refused, with all that is wrong in it: errors first, then warnings, each in the order of the file. */
export class FileError extends Error {
  readonly code = 'bad-file';
  readonly file: string;
  readonly problems: readonly Problem[];
  constructor(file: string, problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'FileError';
    this.file = file;
    this.problems = problems;
  }
}
