// A file that a person wrote, as a value and the places where its parts stand. YAML or JSON, both through one door; what
// is wrong with the text itself is told here, in the same form as everything that is found wrong later.

import type { Finding } from './finding.ts';
import { FileError, keyPathText, type Problem } from './problem.ts';
import { parseJson } from './source/json-text.ts';
import { maxProblems, maxYamlBytes } from './source/limits.ts';
import { placeFinder } from './source/lines.ts';
import { parseYaml } from './source/yaml-text.ts';

export interface SourceDocument {
  readonly file: string;
  /** Of plain objects, lists, texts, numbers, booleans and null, at most 64 levels deep. */
  readonly value: unknown;
  /** Faults of the text that leave the value worth judging: equal keys, unknown escapes, tags. */
  readonly problems: readonly Problem[];
  /** Gives findings their places; at most 10,000, the last then says how many more there are. */
  problemsAt(findings: readonly Finding[]): Problem[];
}

/**
 * Reads a text as JSON where the file is named `.json` or begins with a brace, else as YAML 1.2.
 * @throws FileError where the text cannot be understood as a whole.
 */
export function parseDocument(text: string, file: string): SourceDocument {
  const json = isJson(text, file);
  if (!json && text.length > maxYamlBytes) {
    const found = `more than ${maxYamlBytes} characters of YAML`;
    const problem = {
      line: 1,
      column: 1,
      path: '',
      found,
      allowed: 'a shorter text, or JSON',
      severity: 'error',
    } as const;
    throw new FileError(file, [{ file, ...problem }]);
  }
  const parsed = json ? parseJson(text) : parseYaml(text);
  const place = placeFinder(text);
  const problems = parsed.faults.slice(0, maxProblems).map(({ offset, path, found, allowed }): Problem => {
    return { file, ...place(offset), path: keyPathText(path), found, allowed, severity: 'error' };
  });
  if (parsed.broken) throw new FileError(file, problems);
  return {
    file,
    value: parsed.value,
    problems,
    problemsAt(findings) {
      if (findings.length === 0) return [];
      const listed = bounded(findings);
      const offsets = parsed.offsets(listed);
      return listed.map(({ path, found, allowed, severity }, index) => {
        return { file, ...place(offsets[index] ?? 0), path: keyPathText(path), found, allowed, severity };
      });
    },
  };
}

function isJson(text: string, file: string): boolean {
  if (/\.json$/i.test(file)) return true;
  return !/\.ya?ml$/i.test(file) && /^\s*\{/.test(text);
}

/** Errors before warnings where not all can be listed. */
function bounded(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= maxProblems) return findings;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const listed = [...errors, ...findings.filter(({ severity }) => severity === 'warning')].slice(0, maxProblems - 1);
  const found = `${findings.length - listed.length} more problems of this kind`;
  const severity = errors.length > 0 ? 'error' : 'warning';
  return [...listed, { path: [], at: 'value', severity, found, allowed: 'those above, mended first' }];
}
