// What a loader says of a text: one line per problem, or the value.

import { FileError, formatProblem } from '../../../../config/problem.ts';

/** The problems of a file, each as it is printed, without the file's own name. */
export function linesOf(load: () => { warnings: readonly Parameters<typeof formatProblem>[0][] }): string[] {
  try {
    return load().warnings.map(short);
  } catch (error) {
    if (error instanceof FileError) return error.problems.map(short);
    throw error;
  }
}

export function short(problem: Parameters<typeof formatProblem>[0]): string {
  return formatProblem({ ...problem, file: '' }).slice(1);
}

/** Only the errors. */
export function errorsOf(load: Parameters<typeof linesOf>[0]): string[] {
  return linesOf(load).filter((line) => !line.includes(': warning: '));
}
