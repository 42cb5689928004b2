// Questions about check-ins at the office, against the raw indexed query: who is in now, and a day's history, on a store of many
// check-ins. The table is filled as the office fills it, by the fold's own statement, from made visits: what is measured is reading.

import { join } from 'node:path';
import { openOfficeStore } from '../../dist/sync/office/store/open.js';
import { inside } from '../../dist/sync/office/visits/inside.js';
import { checkins } from '../../dist/sync/office/visits/query.js';
import { figure, median, say } from './figures.mjs';
import { Floor } from './floor-history.mjs';

const rounds = 15;
const perDay = 2_000;
const members = 5_000;
const insideNow = 400;
const dayMs = 86_400_000;
const startMs = Date.UTC(2025, 0, 1, 7);

export function* measureHistory(folder, count) {
  const path = join(folder, 'office.db');
  const { nowMs, dayFromMs } = fill(path, count);
  const store = openOfficeStore(path, { site: 'bench', mode: 'read' });
  const floor = new Floor(path);
  try {
    yield compare(
      'who is in now',
      () => taken(inside(store, nowMs)),
      () => floor.present(nowMs),
    );
    const range = { fromMs: dayFromMs, toMs: dayFromMs + dayMs };
    yield compare(
      "a day's history",
      () => taken(checkins(store, range)),
      () => floor.day(range.fromMs, range.toMs),
    );
  } finally {
    floor.close();
    store.close();
  }
}

/** Ours and the floor in turn, so that both meet the same machine. */
function compare(name, ours, floor) {
  const times = { ours: [], floor: [] };
  if (ours() !== floor()) throw new Error(`${name}: ours and the raw query do not find the same`);
  for (let round = 0; round < rounds; round++) {
    for (const [what, ask] of round % 2 === 0
      ? [
          ['ours', ours],
          ['floor', floor],
        ]
      : [
          ['floor', floor],
          ['ours', ours],
        ]) {
      const from = performance.now();
      ask();
      times[what].push(performance.now() - from);
    }
  }
  return figure(name, median(times.ours), median(times.floor), 'ms', 2);
}

function taken(lines) {
  let count = 0;
  for (const _ of lines) count += 1;
  return count;
}

function fill(path, count) {
  const store = openOfficeStore(path, { site: 'bench', mode: 'write' });
  const { db } = store;
  const customer = db.prepare("INSERT INTO records (kind, id, body) VALUES ('customers', ?, ?)");
  const put = db.prepare(
    `INSERT INTO visits (visit, customer, space, from_ms, to_ms, source, coverage, auto, review, reviewed, invoiced,
       uncovered_minutes, passes, usage, oversold, charges, controller, access_point)
     VALUES (?, ?, 'riverside', ?, ?, 'card', ?, ?, 0, 1, 1, 0, ?, ?, '[]', ?, 'front-desk', 'front-door')`,
  );
  let fromMs = startMs;
  db.transaction(() => {
    for (let n = 0; n < members; n++) {
      customer.run(`m${n}`, JSON.stringify({ id: `m${n}`, name: `Member ${n}`, teams: [], registeredWith: [] }));
    }
    for (let n = 0; n < count; n++) {
      const [day, place] = [Math.floor(n / perDay), n % perDay];
      fromMs = startMs + day * dayMs + place * 18_000;
      const open = n >= count - Math.min(insideNow, count);
      const auto = n % 50 === 0 && !open;
      const cutOffMs = startMs + (day + 1) * dayMs - 7 * 3_600_000;
      const member = `m${(n * 7919) % members}`;
      const onPlan = n % 3 === 0;
      const pass = onPlan ? [] : [`p${n % 9_000}`];
      const usage = pass.map((id) => ({ pass: id, minutes: 120 }));
      const charges = n % 20 === 0 ? [chargeOf(n, fromMs)] : [];
      put.run(
        `0195-${String(n).padStart(12, '0')}`,
        member,
        fromMs,
        open ? null : auto ? cutOffMs : fromMs + 7_200_000,
        onPlan ? 'plan' : 'pass',
        Number(auto),
        JSON.stringify(pass),
        JSON.stringify(usage),
        JSON.stringify(charges),
      );
    }
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  store.close();
  say(`a store of ${count} check-ins of ${members} members`);
  const days = Math.floor((count - 1) / perDay);
  return { nowMs: fromMs + 60_000, dayFromMs: startMs + Math.floor(days / 2) * dayMs };
}

function chargeOf(n, fromMs) {
  const [from, to] = [fromMs, fromMs + 3_600_000].map((ms) => new Date(ms).toISOString());
  const money = { amount: '6.00', currency: 'EUR', taxRate: '19', account: 'desks', price: 'standard' };
  return { id: `charge-${n}`, state: 'proposed', timePass: 'hours', from, to, ...money };
}
