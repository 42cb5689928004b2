// Which lock lines a controller held last, on disk: what has to be driven safe after its death, even where the config was
// changed since or is bad now. It need not outlive the machine: a machine that starts has no line that anybody holds.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../config/raw.ts';
import type { KeeperLine } from './messages.ts';

const name = 'lines.json';

/** Call it before the lines are held. @throws what the system says where `folder` cannot be written. */
export function rememberLines(folder: string, lines: readonly KeeperLine[]): void {
  const file = join(folder, name);
  writeFileSync(`${file}.new`, `${JSON.stringify(lines)}\n`, { mode: 0o640 });
  renameSync(`${file}.new`, file);
}

/** None where nothing was remembered, or by a version that this one does not understand. */
export function rememberedLines(folder: string): KeeperLine[] {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    return Array.isArray(value) ? value.filter(isLine) : [];
  } catch {
    return [];
  }
}

function isLine(value: unknown): value is KeeperLine {
  if (!isRecord(value) || typeof value.accessPoint !== 'string' || typeof value.failSafe !== 'boolean') return false;
  return isRecord(value.output) && isOutput(value.output);
}

function isOutput({ driver, file, backend, chip, line, activeLow }: Readonly<Record<string, unknown>>): boolean {
  if (driver === 'simulated') return file === null || typeof file === 'string';
  return (
    driver === 'gpio' &&
    (backend === 'auto' || backend === 'chardev' || backend === 'sysfs') &&
    typeof chip === 'string' &&
    typeof line === 'number' &&
    typeof activeLow === 'boolean'
  );
}
