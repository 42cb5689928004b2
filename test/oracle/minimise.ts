// Makes a failing case small: leaves out whatever can be left out with the two readings still differing.

import type { ScenarioFile } from './document.ts';

const lists = [
  'passes',
  'contracts',
  'timePasses',
  'bookings',
  'visitors',
  'accessRules',
  'unlockSchedules',
  'planUsage',
  'credentials',
  'customers',
  'teams',
  'resources',
  'staff',
  'plans',
  'spaces',
] as const;

/** @param fails false also where the smaller case is no valid scenario. */
export function minimise(file: ScenarioFile, fails: (file: ScenarioFile) => boolean): ScenarioFile {
  let small = file;
  for (let again = true; again; ) {
    again = false;
    for (const smaller of smallerThan(small)) {
      if (!fails(smaller)) continue;
      small = smaller;
      again = true;
      break;
    }
  }
  return small;
}

function* smallerThan(file: ScenarioFile): Generator<ScenarioFile> {
  for (let index = 0; index < file.steps.length; index++) yield { ...file, steps: file.steps.toSpliced(index, 1) };
  const { readers, accessPoints } = file.config;
  for (let index = 0; index < readers.length; index++) {
    yield { ...file, config: { ...file.config, readers: readers.toSpliced(index, 1) } };
  }
  for (const { id } of accessPoints) {
    const config = {
      ...file.config,
      accessPoints: accessPoints.filter((point) => point.id !== id),
      readers: readers.filter(({ accessPoint }) => accessPoint !== id),
    };
    yield { ...file, config };
  }
  for (const name of lists) {
    for (const { id } of ids(file, name)) yield without(file, name, id);
  }
  yield* plainer(file);
}

function ids(file: ScenarioFile, name: (typeof lists)[number]): { id: string }[] {
  const list: readonly unknown[] = file.replica[name] ?? [];
  return list.map((_, index) => ({ id: String(index) }));
}

/** Leaves the entry out of the first replica, and its like out of the later ones. */
function without(file: ScenarioFile, name: (typeof lists)[number], index: string): ScenarioFile {
  const list: readonly unknown[] = file.replica[name] ?? [];
  const gone = JSON.stringify(idOf(list[Number(index)]));
  const drop = (entries: readonly unknown[] | undefined) =>
    (entries ?? []).filter((entry) => JSON.stringify(idOf(entry)) !== gone);
  return {
    ...file,
    replica: { ...file.replica, [name]: drop(list) },
    steps: file.steps.map((step) =>
      step.replica === undefined ? step : { ...step, replica: { ...step.replica, [name]: drop(step.replica[name]) } },
    ),
  };
}

function idOf(entry: unknown): unknown {
  return entry !== null && typeof entry === 'object' && 'id' in entry ? entry.id : entry;
}

/** Leaves single keys out, which then have their default. */
function* plainer(file: ScenarioFile): Generator<ScenarioFile> {
  if (file.steps.some(({ replica }) => replica !== undefined)) return;
  for (const name of lists) {
    const list: readonly object[] = file.replica[name] ?? [];
    for (const [index, entry] of list.entries()) {
      for (const key of Object.keys(entry)) {
        const rest = Object.fromEntries(Object.entries(entry).filter(([other]) => other !== key));
        yield { ...file, replica: { ...file.replica, [name]: list.with(index, rest) } };
      }
    }
  }
}
