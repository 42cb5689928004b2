// Until when what a record says of a day can hold: the end of the business day of its space, as the replica here and the time zone
// say. A controller says so, too: an earlier end is believed, a later one is not.

import type { Site } from '../catalogue.ts';
import { businessDayAt } from '../time/business-day.ts';

/** No business day is longer: a day on which the clocks are set back. Of a space that the replica does not list, this is all that is known. */
const longestDayMs = 25 * 3_600_000;

/** The end of the business day that an instant lies in, UTC milliseconds. */
export function dayEnd({ spaces }: Site, space: string, ms: number): number {
  const listed = spaces.get(space);
  return listed === undefined ? ms + longestDayMs : businessDayAt(listed, ms).endMs;
}

/** What a record says of the end, ISO 8601, no later than it can be. */
export function endSaid(said: string | undefined, endMs: number): number {
  return said === undefined ? endMs : Math.min(Date.parse(said), endMs);
}
