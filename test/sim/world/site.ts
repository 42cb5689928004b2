// The site of a seed: its controllers with their doors and readers, as config files, and the keys of everybody.

import type { Dice } from './dice.ts';
import { type SimKeys, seededKeys } from './keys.ts';

export const siteId = 'riverside';

export interface SimReader {
  readonly id: string;
  readonly accessPoint: string;
  readonly direction: 'in' | 'out' | 'toggle';
}

export interface SimDoor {
  readonly id: string;
  readonly space: string;
  readonly kind: 'entrance' | 'interior';
  readonly failSafe: boolean;
}

export interface SimController {
  readonly id: string;
  readonly doors: readonly SimDoor[];
  readonly readers: readonly SimReader[];
  readonly keys: SimKeys;
}

export interface SimSpace {
  readonly id: string;
  readonly timeZone: string;
  readonly dailyCutOff: string;
}

export interface SimSite {
  readonly controllers: readonly SimController[];
  readonly spaces: readonly SimSpace[];
  readonly office: SimKeys;
  readonly stranger: SimKeys;
  /** 32 bytes. */
  readonly credentialKey: Buffer;
}

/** Some where many are inside at that hour. */
const cutOffs = ['00:00', '03:00', '14:30', '00:00', '18:00'];

const names = ['front-desk', 'back-door', 'annex', 'roof'] as const;

export function siteOf(dice: Dice): SimSite {
  const count = dice.between(2, 4);
  const first = dice.between(0, cutOffs.length - 1);
  const spaces = (dice.chance(0.7) ? ['main', 'loft'] : ['main']).map((id, at) => {
    const dailyCutOff = cutOffs[(first + at * dice.between(0, 2)) % cutOffs.length] ?? '00:00';
    return { id, timeZone: 'Europe/Berlin', dailyCutOff };
  });
  const ids = spaces.map(({ id }) => id);
  const controllers = names.slice(0, count).map((id, at) => controllerOf(dice.fork(id), id, at, ids));
  return {
    controllers,
    spaces,
    office: seededKeys(dice.fork('office')),
    stranger: seededKeys(dice.fork('stranger')),
    credentialKey: dice.fork('credentials').bytes(32),
  };
}

function controllerOf(dice: Dice, id: string, at: number, spaces: readonly string[]): SimController {
  const space = at === 2 || (at === 1 && dice.chance(0.3)) ? (spaces.at(-1) ?? 'main') : 'main';
  const door = { id: `${id}-door`, space, kind: 'entrance', failSafe: dice.chance(0.1) } as const;
  const room = { id: `${id}-room`, space, kind: 'interior', failSafe: false } as const;
  const toggles = at > 0 && dice.chance(0.25);
  const readers: SimReader[] = toggles
    ? [{ id: `${id}-both`, accessPoint: door.id, direction: 'toggle' }]
    : [
        { id: `${id}-in`, accessPoint: door.id, direction: 'in' },
        { id: `${id}-out`, accessPoint: door.id, direction: 'out' },
      ];
  const hasRoom = dice.chance(0.4);
  return {
    id,
    doors: hasRoom ? [door, room] : [door],
    readers: hasRoom ? [...readers, { id: `${id}-room-in`, accessPoint: room.id, direction: 'in' }] : readers,
    keys: seededKeys(dice.fork('keys')),
  };
}

/** The config file of a controller; its keys stand beside it. */
export function configOf(dice: Dice, { id, doors, readers }: SimController): object {
  const input = { driver: 'simulated' };
  return {
    site: siteId,
    controller: id,
    credentialKeyFile: 'site.key',
    dataDir: 'data',
    upstream: {
      url: 'mqtt://127.0.0.1:1883',
      signingKeyFile: 'own.key',
      officeKeys: ['office.pub'],
      ...dice.pick([
        { windowEvents: 20, batchEvents: 5 },
        { windowEvents: 200, batchEvents: 50 },
        { windowEvents: 1000, batchEvents: 100 },
      ]),
    },
    accessPoints: doors.map(({ id: door, space, kind, failSafe }) => ({
      id: door,
      space,
      kind,
      policy: dice.chance(0.15) ? 'open-and-flag' : 'strict',
      exit: dice.chance(0.2) ? 'known' : 'free',
      lock: { driver: 'simulated', unlockTime: '5s', failSafe },
      contact: input,
      requestToExit: input,
    })),
    readers: readers.map((reader) => ({ ...reader, driver: 'simulated' })),
    rules: { untrustedClock: dice.pick(['invariant', 'invariant', 'allow', 'deny']) },
  };
}
