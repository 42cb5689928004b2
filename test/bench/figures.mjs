// What a measurement says: one figure a line, and whether its goal holds.

/** Of numbers in any order; `part` from 0 to 1. */
export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.ceil(part * sorted.length), sorted.length) - 1] ?? Number.NaN;
}

export const median = (values) => quantile(values, 0.5);

const round = (value, digits) => Number(value.toFixed(digits));

/** @param limit what the floor takes @param atMost the ratio that is the goal */
export function figure(name, ours, limit, unit, atMost) {
  const ratio = round(ours / limit, 3);
  return {
    name,
    ours: round(ours, 3),
    limit: round(limit, 3),
    unit,
    ratio,
    goal: `<=${atMost}`,
    holds: ratio <= atMost,
  };
}

/** Of rates: @param atLeast the ratio that is the goal */
export function rateFigure(name, ours, limit, unit, atLeast) {
  const measured = figure(name, ours, limit, unit, atLeast);
  return { ...measured, goal: `>=${atLeast}`, holds: measured.ratio >= atLeast };
}

export function say(text) {
  process.stderr.write(`${text}\n`);
}
