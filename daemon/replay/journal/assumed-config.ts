// The doors and readers of a journal whose config nobody named, as its records show them: a reader's direction, a door's
// kind, space and policy. What is assumed is told.

import type { JournalEvent } from '../../../access/event.ts';
import { scenarioConfig } from '../../../config/controller/schema.ts';
import { textOf } from '../../../config/raw.ts';
import type { ControllerConfig } from '../../../config/types.ts';
import { CliError } from '../../cli/cli-error.ts';

interface Seen {
  readonly readers: Map<string, Set<string>>;
  space: string | null;
  visits: boolean;
  flags: boolean;
}

export interface Assumed {
  /** null: the journal has no taps. */
  readonly config: ControllerConfig | null;
  /** One line a door. */
  readonly words: readonly string[];
}

/**
 * @param spaces ids of the spaces of the other replica.
 * @throws CliError `usage` where a door's space shows nowhere.
 */
export function assumedConfig(
  events: Iterable<JournalEvent>,
  { site, controller }: { readonly site: string; readonly controller: string },
  spaces: readonly string[],
): Assumed {
  const doors = new Map<string, Seen>();
  for (const event of events) look(event, doors);
  const words: string[] = [];
  const accessPoints = [...doors].map(([id, seen]) => {
    const space = seen.space ?? (spaces.length === 1 ? spaces[0] : undefined);
    if (space === undefined) {
      throw new CliError('usage', `no record says which space ${id} leads to: name the controller's --config FILE`, 2);
    }
    const kind = seen.visits ? 'entrance' : 'interior';
    const policy = seen.flags ? 'open-and-flag' : 'strict';
    words.push(`${id} is taken for an ${kind} to ${space}, policy ${policy}`);
    return { id, space, kind, policy, lock: { driver: 'simulated' } };
  });
  const readers = [...doors].flatMap(([accessPoint, seen]) =>
    [...seen.readers].map(([id, directions]) => {
      const [direction] = directions;
      return { id, accessPoint, driver: 'simulated', direction: directions.size > 1 ? 'toggle' : direction };
    }),
  );
  if (accessPoints.length === 0) return { config: null, words };
  return { config: scenarioConfig.parse({ site, controller, accessPoints, readers }), words };
}

function look({ type, accessPoint, reader, data }: JournalEvent, doors: Map<string, Seen>): void {
  if (accessPoint === undefined || reader === undefined) return;
  const none: Seen = { readers: new Map(), space: null, visits: false, flags: false };
  const seen = doors.get(accessPoint) ?? none;
  if (type === 'access.granted' || type === 'access.denied') {
    doors.set(accessPoint, seen);
    const directions = seen.readers.get(reader) ?? new Set();
    seen.readers.set(reader, directions.add(data.direction === 'out' ? 'out' : 'in'));
    if (data.reason === 'flagged') seen.flags = true;
  } else if (type === 'checkin.recorded' || type === 'checkin.rejected' || type.startsWith('checkout.')) {
    doors.set(accessPoint, seen);
    seen.visits = true;
    if (type !== 'checkout.recorded') seen.space = textOf(data.space) ?? seen.space;
  } else if (type === 'visitor.arrived' && doors.has(accessPoint)) seen.visits = true;
}
