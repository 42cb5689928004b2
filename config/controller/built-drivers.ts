// Which drivers this version has. The config language is complete from the start; `cardea check` accepts every driver and
// says of those that are not built yet what `cardea run` will say.

import { caution, type Finding } from '../finding.ts';
import { keyPathText } from '../problem.ts';
import { listOf, recordOf, textOf } from '../raw.ts';
import type { ControllerConfig } from '../types.ts';
import { doorLines } from './check-references.ts';

export const builtDrivers = {
  readers: ['simulated', 'serial', 'pcsc'],
  serialFormats: ['line'],
  locks: ['simulated', 'gpio'],
  inputs: ['simulated', 'gpio'],
} as const;

/** Warnings for every driver that a config names and this version lacks. */
export function checkDrivers(raw: unknown): Finding[] {
  const lines = doorLines(raw).flatMap(({ path, line }) => {
    const built = path.at(-1) === 'lock' ? builtDrivers.locks : builtDrivers.inputs;
    return unbuilt([...path, 'driver'], textOf(line.driver), ['simulated', 'gpio', 'osdp'], built);
  });
  const readers = listOf(recordOf(raw).readers).flatMap((item, index) => {
    const reader = recordOf(item);
    const driver = textOf(reader.driver);
    const path = ['readers', index];
    const known = ['simulated', 'serial', 'pcsc', 'osdp', 'wiegand'];
    if (driver !== 'serial') return unbuilt([...path, 'driver'], driver, known, builtDrivers.readers);
    const format = textOf(reader.format ?? 'line');
    const found = unbuilt([...path, 'format'], format, ['line', 'rdm6300'], builtDrivers.serialFormats);
    return found.map((finding) => ({
      ...finding,
      found: `driver serial with ${finding.found.replace('driver', 'format')}`,
    }));
  });
  return [...lines, ...readers];
}

/**
 * Why `cardea run` refuses a config: one sentence for each driver that is not built, with the key's path; empty where
 * all are built. The same words as the warnings of `cardea check`.
 */
export function unbuiltDrivers(config: ControllerConfig): string[] {
  return checkDrivers(config).map(({ path, found }) => `${keyPathText(path)}: ${found}`);
}

function unbuilt(
  path: Finding['path'],
  name: string | undefined,
  known: readonly string[],
  built: readonly string[],
): Finding[] {
  if (name === undefined || !known.includes(name) || built.includes(name)) return [];
  return [caution(path, `driver ${name} is not built into this version: cardea run refuses it`, built.join(', '))];
}
