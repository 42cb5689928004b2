// Who comes and goes at the sites of these tests: ana and bob of one team, two spaces, a day pass and a minute pass.

export const ana = '04A1B2C3D4E580';
export const bob = '04B1B2C3D4E580';
export const startMs = Date.parse('2026-03-02T08:00:00+01:00');
export const hour = 3_600_000;

export const replica = {
  spaces: [
    { id: 'berlin', timeZone: 'Europe/Berlin', currency: 'EUR' },
    { id: 'annex', timeZone: 'Europe/Berlin', currency: 'EUR' },
  ],
  timePasses: [
    { id: 'day', price: '20.00', currency: 'EUR', validIn: ['berlin', 'annex'], onSale: true },
    { id: 'near', price: '15.00', currency: 'EUR', validIn: ['berlin'] },
    { id: 'hours', price: '6.00', currency: 'EUR', minutesIncluded: 180, validIn: ['berlin', 'annex'], onSale: false },
  ],
  teams: [{ id: 'acme', sharesPasses: true }],
  customers: [
    { id: 'ana', registeredWith: ['berlin'], teams: ['acme'] },
    { id: 'bob', registeredWith: ['berlin'], teams: ['acme'] },
  ],
  credentials: [
    { id: 'c1', type: 'card', value: ana, customer: 'ana' },
    { id: 'c2', type: 'card', value: bob, customer: 'bob' },
  ],
};
