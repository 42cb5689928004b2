// What names what in a controller's config: readers their access points, OSDP locks and inputs their readers.

import { type Finding, fault } from '../finding.ts';
import { quoted } from '../found.ts';
import { idsOf, oneOf } from '../ids.ts';
import type { KeyPath } from '../problem.ts';
import { listOf, recordOf, textOf, valuesAt } from '../raw.ts';

export function checkReferences(raw: unknown): Finding[] {
  return [...readersWithoutAccessPoint(raw), ...linesWithoutReader(raw), ...freedWithoutAccessPoint(raw)];
}

function readersWithoutAccessPoint(raw: unknown): Finding[] {
  const known = idsOf(raw, ['accessPoints']);
  if (known === null) return [];
  return valuesAt(raw, ['readers', '*', 'accessPoint']).flatMap(({ path, value }) => {
    const id = textOf(value);
    if (id === undefined || known.has(id)) return [];
    return [
      fault(path, `${quoted(id)}, which is no access point of this file`, oneOf(known, 'the id of an access point')),
    ];
  });
}

/** Doors that a fire alarm frees: a name that nothing bears would leave a door shut in a fire. */
function freedWithoutAccessPoint(raw: unknown): Finding[] {
  const known = idsOf(raw, ['accessPoints']);
  if (known === null) return [];
  return valuesAt(raw, ['accessPoints', '*', 'fire', 'frees', '*']).flatMap(({ path, value }) => {
    const id = textOf(value);
    if (id === undefined || known.has(id)) return [];
    return [
      fault(path, `${quoted(id)}, which is no access point of this file`, oneOf(known, 'the id of an access point')),
    ];
  });
}

function linesWithoutReader(raw: unknown): Finding[] {
  const readers = listOf(recordOf(raw).readers).map(recordOf);
  const osdp = new Set(readers.flatMap(({ driver, id }) => (driver === 'osdp' ? (textOf(id) ?? []) : [])));
  return osdpLines(raw).flatMap(({ path, reader }) => {
    if (osdp.has(reader)) return [];
    const kind = readers.some(({ id }) => id === reader) ? 'not an osdp reader' : 'no reader of this file';
    return [fault([...path, 'reader'], `${quoted(reader)}, which is ${kind}`, oneOf(osdp, 'the id of an osdp reader'))];
  });
}

/** Locks and inputs of access points, whatever their driver; empty where there is none. */
export function doorLines(raw: unknown): { path: KeyPath; line: Readonly<Record<string, unknown>> }[] {
  const names = ['lock', 'contact', 'requestToExit', 'tamper', 'fire', 'help'];
  return listOf(recordOf(raw).accessPoints).flatMap((point, index) =>
    names.map((name) => ({ path: ['accessPoints', index, name], line: recordOf(recordOf(point)[name]) })),
  );
}

function osdpLines(raw: unknown): { path: KeyPath; reader: string }[] {
  return doorLines(raw).flatMap(({ path, line }) => {
    const reader = textOf(line.reader);
    return line.driver === 'osdp' && reader !== undefined ? [{ path, reader }] : [];
  });
}
