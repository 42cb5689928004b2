// Who a change on the command line is by: the audit log names them.

import { CliError } from './cli-error.ts';
import type { Io } from './io.ts';

export const byOption = ['--by <name>', 'who does it, for the audit log (default: $USER)'] as const;

/** @param otherwise who it is where nobody says. @throws CliError `usage` */
export function byOf(by: string | undefined, io: Io, otherwise: string | null = null): string {
  const name = by ?? io.places.user ?? otherwise;
  if (name !== null && name !== '' && name.length <= 128) return name;
  throw new CliError('usage', '--by is a name of 1 to 128 characters: it stands in the audit log', 2);
}

/** A name for everything that one command does. */
export function requestOf(io: Io): string {
  return Buffer.from(io.random.bytes(12)).toString('hex');
}
