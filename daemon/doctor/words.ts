// What the doctor found, told to a person: grouped, one line each, with what mends it below.

import type { Finding, State } from './check.ts';

const marks: Readonly<Record<State, string>> = {
  ok: 'ok',
  warning: 'WARNING',
  problem: 'PROBLEM',
  'not-applicable': '-',
};

export function findingLines(findings: readonly Finding[]): string[] {
  const titles = [...new Set(findings.map(({ area }) => area))];
  const lines = titles.flatMap((title) => [title, ...areaLines(findings.filter(({ area }) => area === title)), '']);
  return [...lines, summary(findings)];
}

/** What does not apply is one line for each reason, last. */
function areaLines(findings: readonly Finding[]): string[] {
  const idle = ({ state, mend }: Finding): boolean => state === 'not-applicable' && mend === null;
  const reasons = new Map<string, Set<string>>();
  for (const { id, found } of findings.filter(idle)) reasons.set(found, (reasons.get(found) ?? new Set()).add(id));
  return [
    ...findings.filter((one) => !idle(one)).flatMap(lineOf),
    ...[...reasons].map(([found, ids]) => `  ${marks['not-applicable'].padEnd(7)}  ${[...ids].join(', ')}: ${found}`),
  ];
}

function lineOf({ id, state, found, mend }: Finding): string[] {
  const line = `  ${marks[state].padEnd(7)}  ${id.padEnd(18)}  ${found}`;
  return mend === null ? [line] : [line, `             mend: ${mend}`];
}

function summary(findings: readonly Finding[]): string {
  const count = (state: State): number => findings.filter((one) => one.state === state).length;
  const unseen = findings.filter(({ found }) => found.startsWith('not checked: ')).length;
  const rest = unseen === 0 ? '' : `, ${unseen} not checked`;
  return `${counted(count('problem'), 'problem')}, ${counted(count('warning'), 'warning')}${rest}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
