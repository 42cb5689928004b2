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
  const lines = titles.flatMap((title) => {
    const own = findings.filter(({ area }) => area === title);
    return [title, ...own.flatMap(lineOf), ''];
  });
  return [...lines, summary(findings)];
}

function lineOf({ id, state, found, mend }: Finding): string[] {
  const line = `  ${marks[state].padEnd(7)}  ${id.padEnd(18)}  ${found}`;
  return mend === null ? [line] : [line, `             mend: ${mend}`];
}

function summary(findings: readonly Finding[]): string {
  const count = (state: State): number => findings.filter((one) => one.state === state).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  const unseen = findings.filter(({ found }) => found.startsWith('not checked: ')).length;
  const rest = unseen === 0 ? '' : `, ${unseen} not checked`;
  return `${problems} ${problems === 1 ? 'problem' : 'problems'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}${rest}`;
}
