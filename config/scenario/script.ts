// A scenario of any length: its config and replica whole, its steps one by one, as often as they are asked for. A long JSON
// file is read piece by piece; every step of it was judged once before the first one is given.

import { parseDocument } from '../document.ts';
import { loadScenario, parseScenario } from '../load.ts';
import { FileError, type Problem } from '../problem.ts';
import { maxProblems } from '../source/limits.ts';
import { MemberSplit, type SplitItem } from '../source/member-split.ts';
import { readPieces, regularSize } from '../source/read-pieces.ts';
import type { Scenario, ScenarioStep } from '../types.ts';
import { judgeShape } from '../validate.ts';
import { checkStepOf, TimeOrder } from './check.ts';
import { ClockSteps } from './clock-steps.ts';
import { step } from './step.ts';

/** What `replay` runs. */
export interface Script extends Omit<Scenario, 'steps'> {
  readonly count: number;
  /** UTC milliseconds of the first step; undefined without steps. */
  readonly firstMs: number | undefined;
  /** From the first one on, each time it is called. */
  steps(): Iterable<ScenarioStep>;
}

/** JSON files up to this size are read whole: a fault in them is told with the place of the very key. */
const wholeBytes = 4 * 1024 * 1024;

/**
 * @param wholeUpTo bytes of a JSON file that are read at once.
 * @throws FileError
 */
export function loadScript(file: string, wholeUpTo = wholeBytes): { script: Script; warnings: Problem[] } {
  const size = /\.json$/i.test(file) ? regularSize(file) : null;
  if (size === null || size <= wholeUpTo) {
    const { scenario, warnings } = loadScenario(file);
    return { script: scriptOf(scenario), warnings };
  }
  const { scenario, warnings } = parseScenario(textWithoutSteps(file), file);
  const judge = new StepJudge(file, scenario);
  const firstMs = judge.judgeAll();
  const script = { ...scenario, count: judge.count, firstMs, steps: () => stepsOf(file) };
  return { script, warnings: [...warnings, ...judge.warnings] };
}

export function scriptOf(scenario: Scenario): Script {
  const { steps } = scenario;
  return { ...scenario, count: steps.length, firstMs: steps[0]?.atMs, steps: () => steps };
}

function textWithoutSteps(file: string): string {
  const split = new MemberSplit('steps', true);
  for (const piece of readPieces(file)) for (const _item of split.take(piece));
  const text = split.rest().toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function* itemsOf(file: string): Generator<SplitItem> {
  const split = new MemberSplit('steps', false);
  for (const piece of readPieces(file)) yield* split.take(piece);
}

/** Steps that were judged already. */
function* stepsOf(file: string): Generator<ScenarioStep> {
  const clock = new ClockSteps();
  for (const { text } of itemsOf(file)) yield clock.read(step.parse(JSON.parse(text)));
}

/** Looks at every step once; what is wrong is told all together. */
class StepJudge {
  readonly warnings: Problem[] = [];
  count = 0;
  readonly #file: string;
  readonly #check: ReturnType<typeof checkStepOf>;
  readonly #order = new TimeOrder();
  readonly #errors: Problem[] = [];
  #more = 0;

  constructor(file: string, { config }: Scenario) {
    this.#file = file;
    this.#check = checkStepOf(config);
  }

  /** @returns the instant of the first step, UTC milliseconds. @throws FileError */
  judgeAll(): number | undefined {
    let firstMs: number | undefined;
    for (const item of itemsOf(this.#file)) {
      const atMs = this.#judge(item);
      if (this.count === 0) firstMs = atMs;
      this.count += 1;
    }
    if (this.#errors.length > 0) throw new FileError(this.#file, this.#all());
    return firstMs;
  }

  #judge(item: SplitItem): number | undefined {
    const document = this.#document(item);
    if (document === null) return undefined;
    const shape = judgeShape(step, document.value);
    const findings = [...shape.findings, ...this.#order.check(document.value), ...this.#check(document.value)];
    this.#keep([...document.problems, ...document.problemsAt(findings)], item);
    return shape.output?.at;
  }

  #document(item: SplitItem): ReturnType<typeof parseDocument> | null {
    try {
      return parseDocument(item.text, 'step.json');
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.#keep(error.problems, item);
      return null;
    }
  }

  /** Places within the step become places in the file. */
  #keep(problems: readonly Problem[], { line, column, index }: SplitItem): void {
    for (const problem of problems) {
      const kept = problem.severity === 'error' ? this.#errors : this.warnings;
      if (kept.length >= maxProblems - 1) {
        this.#more += 1;
        continue;
      }
      const at = {
        line: line + problem.line - 1,
        column: problem.line === 1 ? column + problem.column - 1 : problem.column,
      };
      const path = `steps[${index}]${problem.path === '' ? '' : `.${problem.path}`}`;
      kept.push({ ...problem, file: this.#file, ...at, path });
    }
  }

  #all(): Problem[] {
    if (this.#more === 0) return [...this.#errors, ...this.warnings];
    const found = `${this.#more} more problems of this kind`;
    const rest: Problem = {
      file: this.#file,
      line: 1,
      column: 1,
      path: '',
      found,
      allowed: 'those above, mended first',
      severity: 'error',
    };
    return [...this.#errors, rest];
  }
}
