// Durations as people write them. A unit is always written, so that no number can be read as something else.

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

type Unit = keyof typeof unitMs;

/** A whole number and its unit: `250ms`, `5s`, `2m`, `1h`, `7d`. The same text as a JSON Schema pattern. */
export const durationPattern = /^(\d{1,9}(ms|s|m|h)|\d{1,6}d)$/;

/** Milliseconds of a duration; null where the text is none. */
export function parseDuration(text: string): number | null {
  const match = durationPattern.test(text) ? /^(\d+)(\D+)$/.exec(text) : null;
  if (match === null) return null;
  return Number(match[1]) * unitMs[match[2] as Unit];
}

/** The shortest exact way to write a duration of whole milliseconds: 90000 is `90s`, 3600000 is `1h`. */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return '0s';
  const units: readonly Unit[] = ['h', 'm', 's'];
  const unit = units.find((name) => durationMs % unitMs[name] === 0) ?? 'ms';
  return `${durationMs / unitMs[unit]}${unit}`;
}
