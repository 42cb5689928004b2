// Site rules that name what is not there, or that cannot work as they are written.

import { caution, type Finding, fault } from '../finding.ts';
import { quoted } from '../found.ts';
import { duplicateIds, idsOf, oneOf } from '../ids.ts';
import { listOf, recordOf, textOf, valuesAt } from '../raw.ts';

export function checkSiteRules(raw: unknown): Finding[] {
  return [
    ...duplicateIds(raw, ['areas']),
    ...unknownAreas(raw),
    ...areasInACircle(raw),
    ...areasWithoutAWayOut(raw),
    ...limitsTwice(raw),
    ...unused(raw),
    ...interlocks(raw),
    ...pinsThatNobodyCanGive(raw),
  ];
}

function unknownAreas(raw: unknown): Finding[] {
  const known = idsOf(raw, ['areas']) ?? new Set<string>();
  const named = [...valuesAt(raw, ['accessPoints', '*', 'area']), ...valuesAt(raw, ['areas', '*', 'within'])];
  return named.flatMap(({ path, value }) => {
    const id = textOf(value);
    if (id === undefined || known.has(id)) return [];
    return [fault(path, `${quoted(id)}, which is no area of this file`, oneOf(known, 'the id of one of areas'))];
  });
}

function areasInACircle(raw: unknown): Finding[] {
  const areas = listOf(recordOf(raw).areas).map(recordOf);
  const around = new Map(areas.map(({ id, within }) => [textOf(id), textOf(within)]));
  return areas.flatMap(({ id }, index) => {
    const seen = new Set<string | undefined>();
    let place = around.get(textOf(id));
    while (place !== undefined && place !== textOf(id) && !seen.has(place)) {
      seen.add(place);
      place = around.get(place);
    }
    if (place === undefined || place !== textOf(id)) return [];
    return [
      fault(['areas', index, 'within'], `${quoted(place)} lies within itself`, 'an area that does not lie in this one'),
    ];
  });
}

/** What no door of this controller asks about. */
function unused(raw: unknown): Finding[] {
  const points = listOf(recordOf(raw).accessPoints).map(recordOf);
  const named = (key: string): Set<unknown> => new Set(points.map((point) => point[key]));
  const spaces = named('space');
  const within = listOf(recordOf(raw).areas).map((area) => recordOf(area).within);
  const areas = new Set([...named('area'), ...within]);
  const missing = (path: readonly string[], known: ReadonlySet<unknown>, what: string, mend: string): Finding[] =>
    valuesAt(raw, path).flatMap(({ path: at, value }) =>
      textOf(value) === undefined || known.has(value) ? [] : [caution(at, `${what} ${quoted(String(value))}`, mend)],
    );
  return [
    ...missing(['occupancy', '*', 'space'], spaces, 'no door of this file leads into space', 'the space of a door'),
    ...missing(['areas', '*', 'id'], areas, 'no door of this file leads into area', 'an access point with this area'),
  ];
}

/** Nothing tells when somebody has left: they are denied from then on, until they are forgiven. */
function areasWithoutAWayOut(raw: unknown): Finding[] {
  const points = listOf(recordOf(raw).accessPoints).map(recordOf);
  const readers = listOf(recordOf(raw).readers).map(recordOf);
  return listOf(recordOf(raw).areas).flatMap((area, index) => {
    const { id, antiPassback } = recordOf(area);
    const doors = points.filter((point) => point.area === id).map((point) => point.id);
    if (doors.length === 0 || (antiPassback !== 'hard' && antiPassback !== 'timed')) return [];
    const here = readers.filter(({ accessPoint }) => doors.includes(accessPoint));
    const path = ['areas', index, 'antiPassback'];
    const found: Finding[] = [];
    if (!here.some(({ direction }) => direction === 'out' || direction === 'toggle')) {
      const words = 'no out reader leads out of this area: whoever has left is taken for inside';
      found.push(caution(path, words, 'a reader with direction: out at a door of the area'));
    }
    if (here.some(({ direction }) => direction === 'toggle')) {
      const words = 'a toggle reader of this area only flags: it cannot tell who comes in again from who leaves';
      found.push(caution(path, words, 'a reader in and a reader out'));
    }
    return found;
  });
}

function limitsTwice(raw: unknown): Finding[] {
  const seen = new Set<string>();
  return valuesAt(raw, ['occupancy', '*', 'space']).flatMap(({ path, value }) => {
    const id = textOf(value);
    if (id === undefined || !seen.has(id)) {
      if (id !== undefined) seen.add(id);
      return [];
    }
    return [fault(path, `a second limit for space ${quoted(id)}`, 'one limit for each space')];
  });
}

/** A door without a contact is taken as shut as soon as its lock is. */
function interlocks(raw: unknown): Finding[] {
  const points = listOf(recordOf(raw).accessPoints).map(recordOf);
  return points.flatMap(({ interlock, contact }, index) => {
    const name = textOf(interlock);
    if (name === undefined) return [];
    const path = ['accessPoints', index, 'interlock'];
    const found: Finding[] = [];
    if (points.filter((other) => other.interlock === name).length < 2) {
      found.push(caution(path, `only this door has the interlock ${quoted(name)}`, 'the same name at another door'));
    }
    if (contact == null) {
      found.push(caution(path, 'this door has no contact: nothing tells when it stands open', 'a contact'));
    }
    return found;
  });
}

function pinsThatNobodyCanGive(raw: unknown): Finding[] {
  const readers = listOf(recordOf(raw).readers).map(recordOf);
  return listOf(recordOf(raw).accessPoints).flatMap((point, index) => {
    const { id, pin } = recordOf(point);
    const { use } = recordOf(pin);
    if (use !== 'required' && use !== 'only') return [];
    const here = readers.filter(({ accessPoint }) => accessPoint === id);
    const takes = here.some(
      ({ driver, credential }) => driver !== 'pcsc' && (driver !== 'serial' || credential === 'pin'),
    );
    if (takes || here.length === 0) return [];
    const mend = 'a reader with a keypad there: serial with credential: pin, osdp, wiegand or simulated';
    return [
      caution(['accessPoints', index, 'pin', 'use'], 'no reader of this door takes a PIN: nobody can enter', mend),
    ];
  });
}
