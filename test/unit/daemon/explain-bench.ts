// A site for explanations, as a document that a test changes by hand, and the question asked of it.

import { newDoor, type SavedDoor } from '../../../access/door/state.ts';
import { parseReplicaDocument } from '../../../config/load.ts';
import { joinFacts } from '../../../daemon/controller/facts.ts';
import { type Explanation, explain, type Question } from '../../../daemon/explain/decision.ts';
import { replayKey, replicaOf } from '../../../daemon/replay/document-replica.ts';
import { accessPoint, MemorySite } from '../../support/site.ts';

export type Doc = Record<string, unknown>;

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'];
export const base = {
  format: 'cardea-replica/1',
  site: 's',
  revision: 7,
  spaces: [
    {
      id: 'berlin',
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
      openingHours: [{ days: weekdays, from: '07:00', to: '22:00' }],
    },
    { id: 'rome', timeZone: 'Europe/Rome', currency: 'EUR' },
  ],
  plans: [
    { id: 'flex', limits: { daysPerWeek: 1 } },
    { id: 'free', usesTimePasses: false },
  ],
  timePasses: [
    {
      id: 'half',
      price: '12.00',
      currency: 'EUR',
      onSale: true,
      validIn: ['berlin'],
      availability: [{ days: weekdays, from: '09:00', to: '14:00' }],
    },
    { id: 'day', price: '20.00', currency: 'EUR', onSale: true, validIn: ['berlin'] },
    { id: 'hours', price: '9.00', currency: 'EUR', minutesIncluded: 60, validIn: ['berlin'] },
  ],
  customers: [{ id: 'ana', registeredWith: ['berlin'] }, { id: 'ben' }, { id: 'cleo', disabled: true }, { id: 'dan' }],
  contracts: [
    {
      id: 'k-ben',
      customer: 'ben',
      plan: 'free',
      from: '2026-01-01',
      frozen: [{ from: '2026-03-01', to: '2026-03-20' }],
    },
    { id: 'k-dan', customer: 'dan', plan: 'free', from: '2026-04-01' },
  ],
  passes: [{ id: 'p1', timePass: 'half', customer: 'ana', source: 'sold' }],
  resources: [{ id: 'room', accessPoints: ['door'] }],
  staff: [{ id: 'sam', credentials: ['c-sam'] }],
  visitors: [
    {
      id: 'vic',
      host: 'ana',
      space: 'berlin',
      expected: '2026-03-02T13:00:00Z',
      approval: 'requested',
      credential: 'c-vic',
    },
  ],
  accessRules: [{ accessPoint: 'lab', allow: { customers: ['ben'] } }],
  credentials: [
    { id: 'c-ana', type: 'card', value: '04A1B2C1', customer: 'ana' },
    { id: 'c-ben', type: 'card', value: '04A1B2C2', customer: 'ben' },
    { id: 'c-cleo', type: 'card', value: '04A1B2C3', customer: 'cleo', status: 'blocked' },
    { id: 'c-dan', type: 'card', value: '04A1B2C4', customer: 'dan' },
    { id: 'c-sam', type: 'card', value: '04A1B2C5' },
    { id: 'c-vic', type: 'qr', value: 'vic' },
  ],
} as const;

const cards = {
  ana: 'card:04A1B2C1',
  ben: 'card:04A1B2C2',
  cleo: 'card:04A1B2C3',
  dan: 'card:04A1B2C4',
  sam: 'card:04A1B2C5',
  vic: 'qr:vic',
  nobody: 'card:04FFFFFF',
};
export const settings = {
  bookingLeadMs: 600_000,
  bookingTailMs: 600_000,
  visitorLeadMs: 1_800_000,
  presumedExitMs: 21_600_000,
  untrustedClock: 'invariant',
  clockHorizonMs: 72 * 3_600_000,
} as const;
const empty = new MemorySite();
export const afternoon = '2026-03-02T16:00:00+01:00';

export interface Asked {
  readonly who?: keyof typeof cards;
  readonly at?: string;
  readonly door?: Partial<Question['accessPoint']>;
  readonly direction?: Question['direction'];
  /** What is set at the door. */
  readonly set?: Partial<SavedDoor['settings']>;
}

export function ask(
  change: Doc,
  { who = 'ana', at = afternoon, door = {}, direction = 'in', set = {} }: Asked = {},
): Explanation {
  const { document } = parseReplicaDocument(JSON.stringify({ ...base, ...change }), 'r.json');
  const replica = replicaOf(document);
  try {
    return explain({
      facts: joinFacts(replica, empty),
      journal: null,
      accessPoint: accessPoint({ id: 'door', ...door }),
      settings,
      timeZone: 'Europe/Berlin',
      direction,
      credential: cards[who],
      credentialKey: replayKey,
      atMs: Date.parse(at),
      saved: { ...newDoor, settings: { ...newDoor.settings, ...set } },
    });
  } finally {
    replica.close();
  }
}

export const with_ = <Item extends { readonly id: string }>(items: readonly Item[], id: string, change: Doc): Doc[] =>
  items.map((item) => (item.id === id ? { ...item, ...change } : { ...item }));
export const book = { id: 'b', resource: 'room', customer: 'ana', from: afternoon, to: '2026-03-02T17:00:00+01:00' };
export const evening = '2026-03-02T23:00:00+01:00';
export const dayOfAna = { passes: [...base.passes, { id: 'p2', timePass: 'day', customer: 'ana', source: 'sold' }] };
