// A year of taps at one entrance: each day the members come in the morning and leave in the afternoon, some with a day pass of
// that month, most with a plan, some with nothing. The same taps for the same count, in order of time.

const members = 700;
const dayMs = 86_400_000;
const firstMs = Date.UTC(2026, 0, 1, 6);
const days = 365;

const cardOf = (index) => `04${index.toString(16).padStart(8, '0').toUpperCase()}`;

export function scenarioHead() {
  const all = Array.from({ length: members }, (_, index) => index);
  const id = (index) => `m${index}`;
  const months = Array.from({ length: 12 }, (_, month) => month);
  const config = {
    site: 'house',
    controller: 'bench',
    accessPoints: [{ id: 'door', space: 'house', kind: 'entrance', lock: { driver: 'simulated' } }],
    readers: [
      { id: 'in', driver: 'simulated', accessPoint: 'door', direction: 'in' },
      { id: 'out', driver: 'simulated', accessPoint: 'door', direction: 'out' },
    ],
  };
  const replica = {
    format: 'cardea-replica/1',
    site: 'house',
    revision: 1,
    spaces: [{ id: 'house', timeZone: 'Europe/Berlin', currency: 'EUR' }],
    plans: [{ id: 'resident', usesTimePasses: false }],
    timePasses: [{ id: 'day', price: '20.00', currency: 'EUR', validIn: ['house'], onSale: true }],
    customers: all.map((index) => ({ id: id(index), registeredWith: ['house'] })),
    contracts: all
      .filter((index) => index % 10 < 6)
      .map((index) => ({ id: `k${index}`, customer: id(index), plan: 'resident', from: '2026-01-01' })),
    passes: all
      .filter((index) => index % 10 >= 6 && index % 10 < 9)
      .flatMap((index) =>
        months.map((month) => ({ id: `p${index}-${month}`, timePass: 'day', customer: id(index), source: 'sold' })),
      ),
    credentials: all.map((index) => ({ id: `c${index}`, type: 'card', value: cardOf(index), customer: id(index) })),
  };
  return { config, replica };
}

/** @yields `{at: UTC milliseconds, reader, credential}`; two a visit. */
export function* tapsOfYear(count) {
  const aDay = Math.ceil(count / days / 2);
  let given = 0;
  for (let day = 0; given < count; day++) {
    for (const [reader, hours] of [
      ['in', 0],
      ['out', 9],
    ]) {
      for (let place = 0; place < aDay && given < count; place++, given++) {
        const at = firstMs + day * dayMs + hours * 3_600_000 + Math.floor((place * 3 * 3_600_000) / aDay);
        yield { at, reader, credential: `card:${cardOf((day * 13 + place) % members)}` };
      }
    }
  }
}
