// A site of many passes as an office publishes it: its snapshot, cut into chunks, and the manifest that fixes them.

import { encodeSnapshot } from '../../dist/sync/protocol/snapshot.js';

/** @param form makes all passes others without making them more or fewer */
export function passOf(index, form = 0) {
  const place = String(index).padStart(7, '0');
  const unused = { remainingMinutes: form, usedOn: null, usedBy: null, validFrom: null, expires: null };
  const owner = { customer: `member-${place}`, team: null };
  return { id: `p-${place}`, timePass: 'day', ...owner, source: 'sold', ...unused, createdAt: Date.UTC(2026, 0, 1) };
}

/** The same as the values of its row. */
export function rowOf({
  customer,
  id,
  timePass,
  source,
  remainingMinutes,
  usedOn,
  usedBy,
  validFrom,
  expires,
  createdAt,
}) {
  return [0, customer, id, timePass, source, remainingMinutes, usedOn, usedBy, validFrom, expires, createdAt];
}

/** @param beside further records, as `[kind, record]`, in the order of the kinds */
export function publish({ site, revision, passes, form = 0, beside = [] }) {
  const counts = { passes };
  for (const [kind] of beside) counts[kind] = (counts[kind] ?? 0) + 1;
  const order = ([kind]) => kind !== 'credentials';
  function* rows() {
    yield* beside.filter(order);
    for (let index = 0; index < passes; index++) yield ['passes', passOf(index, form)];
    yield* beside.filter((row) => !order(row));
  }
  const encoder = encodeSnapshot({ site, revision, counts }, rows());
  const chunks = [];
  for (;;) {
    const step = encoder.next();
    if (step.done) {
      const manifest = { revision, ...step.value, controllers: [], shrinkMeant: true, issuedAtMs: revision };
      return { manifest, chunks };
    }
    chunks.push(step.value);
  }
}
