// Which visits a reading command of the office is about: the same options on each.

import type { Command } from 'commander';
import { parseInstant } from '../../config/instant.ts';
import type { RangeFilter } from '../../sync/office/visits/filter.ts';
import { CliError } from './cli-error.ts';
import type { Io } from './io.ts';
import { configOption, type OfficeOptions } from './office-access.ts';
import { parseSince } from './since.ts';

export interface RangeOptions extends OfficeOptions {
  readonly since?: string;
  readonly until?: string;
  readonly space?: string;
  readonly customer?: string;
  readonly team?: string;
  readonly after?: string;
  readonly limit?: string;
  readonly json?: boolean;
}

export function withRange(command: Command): Command {
  return command
    .option(...configOption)
    .option('--since <when>', 'only what began since then: an instant, or how long ago as 24h')
    .option('--until <when>', 'only what began before then')
    .option('--space <id>', 'only of this space')
    .option('--customer <id>', 'only of this customer')
    .option('--team <id>', 'only of whoever is in this team')
    .option('--limit <count>', 'at most so many lines')
    .option('--after <visit>', 'only what comes behind this visit: the last one of the page before')
    .option('--json', 'one JSON object a line');
}

/** @throws CliError `usage` */
export function filterFrom(options: RangeOptions, io: Io): RangeFilter {
  const { since, until, space, customer, team, after, limit } = options;
  const nowMs = io.clock.now().wallMs;
  return {
    ...(since === undefined ? {} : { fromMs: parseSince(since, nowMs) }),
    ...(until === undefined ? {} : { toMs: parseSince(until, nowMs, '--until') }),
    ...(space === undefined ? {} : { space }),
    ...(customer === undefined ? {} : { customer }),
    ...(team === undefined ? {} : { team }),
    ...(after === undefined ? {} : { after }),
    ...(limit === undefined ? {} : { limit: countOf(limit) }),
  };
}

function countOf(text: string): number {
  const count = Number(text);
  if (/^\d{1,9}$/.test(text) && count >= 1) return count;
  throw new CliError('usage', `--limit ${JSON.stringify(text)}: allowed is a whole number above 0`, 2);
}

/** UTC milliseconds of an instant that somebody wrote. @throws CliError `usage` */
export function instantFrom(option: string, text: string): number {
  const ms = parseInstant(text);
  if (ms !== null) return ms;
  const words = `${option} ${JSON.stringify(text)}: allowed is an instant with its offset, as 2026-03-02T09:00:00+01:00`;
  throw new CliError('usage', words, 2);
}
