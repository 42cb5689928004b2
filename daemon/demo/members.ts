// Who the demo knows: five people with a card each, and a replica document that says what they may.

import type { Weekday } from '../../access/model.ts';

export const site = 'demo';

/** Cards by person, as `cardea tap` takes them. */
export const cards = {
  ana: 'card:04A1B2C3D4E580',
  ben: 'card:04112233445566',
  cleo: 'card:04C1E0C1E0C180',
  dan: 'card:04DEAD00BEEF01',
  sam: 'card:04AABBCCDDEE01',
} as const;

export type Person = keyof typeof cards;

/** The hours of Ben's pass: of the two that are offered the one that is not now. */
export interface HalfDay {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

const everyDay: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** @param hour of the day now, 0 to 23, in the demo's zone: the morning pass, except while it is valid or soon is. */
export function halfDayOutside(hour: number): HalfDay {
  if (hour >= 8 && hour < 14) return { name: 'Evening pass', from: '17:00', to: '22:00' };
  return { name: 'Morning pass', from: '09:00', to: '14:00' };
}

/** The replica document, as an office would import it. */
export function demoReplica(timeZone: string, half: HalfDay, createdAt: string): object {
  const product = { currency: 'EUR', taxRate: '19', account: 'desks', onSale: true };
  const customers = { ana: 'Ana', ben: 'Ben', cleo: 'Cleo', dan: 'Dan' };
  const held = { source: 'sold', createdAt };
  return {
    format: 'cardea-replica/1',
    site,
    revision: 1,
    spaces: [{ id: 'house', name: 'The house', timeZone, currency: 'EUR' }],
    timePasses: [
      { ...product, id: 'day', name: 'Day pass', price: '20.00' },
      {
        ...product,
        id: 'half-day',
        name: half.name,
        price: '12.00',
        availability: [{ days: everyDay, from: half.from, to: half.to }],
      },
      { ...product, id: 'ten-hours', name: 'Ten hours', price: '35.00', minutesIncluded: 600 },
    ],
    customers: Object.entries(customers).map(([id, name]) => ({ id, name, registeredWith: ['house'] })),
    passes: [
      { ...held, id: 'ana-day', timePass: 'day', customer: 'ana' },
      { ...held, id: 'ben-half-day', timePass: 'half-day', customer: 'ben' },
      { ...held, id: 'cleo-hours', timePass: 'ten-hours', customer: 'cleo', remainingMinutes: 600 },
      { ...held, id: 'dan-day', timePass: 'day', customer: 'dan' },
    ],
    credentials: Object.entries(cards).map(([who, card]) => ({
      id: `c-${who}`,
      type: 'card',
      value: card.slice('card:'.length),
      ...(who === 'sam' ? {} : { customer: who }),
      ...(who === 'dan' ? { status: 'blocked' } : {}),
    })),
    staff: [{ id: 'sam', name: 'Sam', credentials: ['c-sam'] }],
    accessRules: [{ accessPoint: 'room-1', allow: { customers: ['ana'] } }],
  };
}
