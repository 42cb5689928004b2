// What a change said, on the command line: what changed or would change, key by key, and what to look at.

import { isRecord, recordOf } from '../../config/raw.ts';
import type { ChangedRecord, ChangeResult } from '../../sync/office/records/change.ts';
import { findingText } from '../../sync/office/records/error.ts';
import type { Io } from './io.ts';

export interface ChangeOutput {
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

export const dryRunOption = ['--dry-run', 'only says what would change'] as const;

export function printChange(result: ChangeResult, { json, dryRun }: ChangeOutput, io: Io): void {
  if (json === true) {
    io.out(JSON.stringify({ ...result, applied: dryRun !== true && result.changed.length > 0 }));
    return;
  }
  const { revision, changed, warnings } = result;
  if (changed.length === 0) io.out('nothing changed: everything is so already');
  for (const one of changed) for (const line of changeLines(one)) io.out(line);
  if (changed.length > 0) {
    io.out(dryRun === true ? 'nothing was changed: --dry-run only looks' : `revision ${revision} is the new state`);
  }
  for (const warning of warnings) io.err(`warning: ${findingText(warning)}`);
}

function changeLines({ kind, id, did, before, after }: ChangedRecord): string[] {
  const [was, is] = [recordOf(before), recordOf(after)];
  const lines = [`${did} ${kind} ${id}`];
  if (did === 'removed' || (!isRecord(before) && !isRecord(after))) return lines;
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const [from, to] = [JSON.stringify(was[key]), JSON.stringify(is[key])];
    if (from !== to) lines.push(`  ${key}: ${from === undefined ? '' : `${from} -> `}${to}`);
  }
  return lines;
}
