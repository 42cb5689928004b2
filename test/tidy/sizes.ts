// Small files that each own one noun (docs/architecture.md): lines per file and per function.

import type { SourceFile } from './files.ts';
import { functionsOf } from './scan.ts';

export const maxFileLines = 400;
export const maxMedianLines = 100;
export const maxFunctionLines = 70;

export function sizeFaults(file: SourceFile): string[] {
  const faults = file.lines > maxFileLines ? [`${file.path}: ${file.lines} lines`] : [];
  const long = functionsOf(file.code).filter(({ lines }) => lines > maxFunctionLines);
  return [...faults, ...long.map(({ line, lines }) => `${file.path}:${line}: a function of ${lines} lines`)];
}

export function medianLines(files: readonly SourceFile[]): number {
  const lengths = files.map(({ lines }) => lines).sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length / 2)] ?? 0;
}
