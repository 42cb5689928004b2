// Dates and instants as people write them, read without any clock or zone of this machine.

const daysPerMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** UTC milliseconds of the midnight that begins `YYYY-MM-DD`; null where there is no such date (1900 to 9999). */
export function parseDate(text: string): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  return match === null ? null : dayMs(Number(match[1]), Number(match[2]), Number(match[3]));
}

function dayMs(year: number, month: number, day: number): number | null {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = month === 2 && leap ? 29 : daysPerMonth[month - 1];
  if (year < 1900 || last === undefined || day < 1 || day > last) return null;
  return Date.UTC(year, month - 1, day);
}

/** Date, time, perhaps seconds and a fraction, and an offset. The same text as a JSON Schema pattern. */
export const instantPattern =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):(\d\d))$/;

/** UTC milliseconds of an ISO 8601 instant with `Z` or an offset; finer parts of a second are cut. Null for all else. */
export function parseInstant(text: string): number | null {
  const match = instantPattern.exec(text);
  if (match === null) return null;
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6] ?? 0)];
  const [offsetHour, offsetMinute] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  const dateMs = dayMs(Number(match[1]), Number(match[2]), Number(match[3]));
  if (dateMs === null || hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return null;
  const milliseconds = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offsetMs = (offsetHour * 60 + offsetMinute) * 60_000 * (match[8] === '-' ? -1 : 1);
  return dateMs + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds - offsetMs;
}
