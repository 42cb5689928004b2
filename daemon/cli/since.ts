// What `--since` and `--until` take: an instant, or how long ago.

import { parseDuration } from '../../config/duration.ts';
import { parseInstant } from '../../config/instant.ts';
import { CliError } from './cli-error.ts';

/**
 * UTC milliseconds of `2026-03-02T09:00:00+01:00`, or of `24h` (also `90m`, `30s`, `7d`) before now.
 * @throws CliError `usage`
 */
export function parseSince(text: string, nowMs: number, option = '--since'): number {
  const agoMs = parseDuration(text);
  if (agoMs !== null) return nowMs - agoMs;
  const instant = parseInstant(text);
  if (instant !== null) return instant;
  const allowed = 'an instant as 2026-03-02T09:00:00+01:00, or how long ago as 30m, 24h, 7d';
  throw new CliError('usage', `${option} ${JSON.stringify(text)}: allowed is ${allowed}`, 2);
}
