// What the outside of the simulated GPIO chip saw, as the kernel's own trace of it says: each level of an output line with its
// time, none left out, however short it was.

import { readFileSync, writeFileSync } from 'node:fs';

const folder = '/sys/kernel/tracing';
const file = `${folder}/trace`;

/** A shell script that starts the trace, with times of CLOCK_MONOTONIC; does nothing where it runs. */
export const startTrace = `
cd ${folder}
if ! [ -d events/cardea ]; then
  echo mono > trace_clock
  echo 'p:cardea/out gpio_sim_direction_output line=%si:u32 value=%dx:s32' >> kprobe_events
  echo 'p:cardea/set gpio_sim_set line=%si:u32 value=%dx:s32' >> kprobe_events
  echo 'p:cardea/many gpio_sim_set_multiple mask=+0(%si):x64 bits=+0(%dx):x64' >> kprobe_events
  echo 'p:cardea/free gpio_sim_free line=%si:u32' >> kprobe_events
  echo 1 > events/cardea/enable
fi
`;

export const traceFile = file;

export function readTrace() {
  return readFileSync(file, 'utf8');
}

export function clearTrace() {
  writeFileSync(file, '');
}

/**
 * The levels of a line, each with `atMs` since boot, oldest first; a level that it had already is left out.
 * @param persists whether a released output keeps its level, instead of falling to low.
 */
export function levelsOf(trace, line, persists) {
  const levels = [];
  for (const text of trace.split('\n')) {
    const [, at, name, rest] = /\s(\d+\.\d+): (\w+): \(gpio_sim_\w+\+\S+(?: \[\w+\])?\) (.*)$/.exec(text) ?? [];
    if (name === undefined) continue;
    const level = levelIn(name, rest, line, persists);
    if (level !== null && level !== levels.at(-1)?.level) levels.push({ level, atMs: Number(at) * 1000 });
  }
  return levels;
}

/** null where this says nothing of the line. */
function levelIn(name, rest, line, persists) {
  const value = (key) =>
    /^\w+$/.exec(
      rest
        .split(' ')
        .find((one) => one.startsWith(`${key}=`))
        ?.slice(key.length + 1),
    );
  const number = (key) => BigInt(value(key)?.[0] ?? 0);
  if (name === 'many') {
    const bit = 1n << BigInt(line);
    return (number('mask') & bit) === 0n ? null : Number((number('bits') & bit) !== 0n);
  }
  if (number('line') !== BigInt(line)) return null;
  if (name === 'free') return persists ? null : 0;
  return Number(number('value') !== 0n);
}
