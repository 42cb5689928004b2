// The office's lists of controllers and of its whole record, with filters, and ids that nobody has.

import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ingest } from '../../../sync/office/ingest/ingest.ts';
import { openOfficeStore } from '../../../sync/office/store/open.ts';
import { Statuses } from '../../../sync/office/wire/statuses.ts';
import { readEventBatch } from '../../../sync/protocol/events.ts';
import { JournalMaker } from '../../support/journal-maker.ts';
import { Bench } from './bench.ts';

const names = ['front-desk', 'back-door', 'cellar', 'attic', 'shed'];

let bench: Bench;
let config: string;

beforeEach(async () => {
  bench = new Bench();
  config = await bench.officeConfig(...names);
  const spaces = [{ id: 'riverside', timeZone: 'Europe/Berlin', currency: 'EUR' }];
  const customers = [{ id: 'ana' }, { id: 'ben' }];
  const document = { format: 'cardea-replica/1', site: 'riverside', revision: 1, spaces, customers };
  writeFileSync(bench.path('members.json'), JSON.stringify(document));
  await office('import', bench.path('members.json'));
});
afterEach(() => bench.remove());

async function office(command: string, ...args: string[]): Promise<number> {
  return bench.run('office', command, ...args, '--config', config);
}

/** What the running office keeps of journals and statuses. */
function keep(journals: readonly JournalMaker[], statuses: readonly (readonly [string, object | null])[] = []): void {
  const store = openOfficeStore(bench.path('office.db'), { site: 'riverside', mode: 'write' });
  const ingest = new Ingest(store, bench.clock);
  for (const { controller, epoch, events } of journals) {
    const payload: unknown = JSON.parse(JSON.stringify({ epoch, events }));
    const read = readEventBatch(payload, { site: 'riverside', controller });
    if (!read.ok) throw new Error(read.detail);
    ingest.commit([{ controller, batch: read.batch }]);
  }
  const never = (): never => {
    throw new Error('not expected');
  };
  const heard = new Statuses({ clock: bench.clock, store, ahead: never, failed: never });
  for (const [controller, said] of statuses) {
    heard.heard(controller, said === null ? null : { online: true, accessPoints: [], readers: [], ...said });
  }
  heard.write();
  store.close();
}

function journal(controller: string): JournalMaker {
  const made = new JournalMaker(controller);
  made.add('controller.started', {}, { time: '2026-03-02T11:00:00.000Z' });
  return made;
}

function json(): Record<string, unknown>[] {
  return bench.out.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('office controllers', () => {
  it('tells those that it hears from those that it never heard, that say nothing more, and that wait', async () => {
    keep(
      [journal('front-desk'), journal('attic'), journal('shed'), journal('gone')],
      [
        ['front-desk', { pending: 0, revision: 1, version: '1.2.3' }],
        ['back-door', { pending: 3 }],
        ['attic', null],
        ['shed', { pending: 40 }],
      ],
    );
    bench.clock.advance(15 * 60_000);
    expect(await office('controllers', '--json')).toBe(0);
    expect(json().map(({ controller, state }) => [controller, state])).toEqual([
      ['attic', 'offline'],
      ['back-door', 'status-only'],
      ['cellar', 'never'],
      ['front-desk', 'heard'],
      ['gone', 'not-in-config'],
      ['shed', 'behind'],
    ]);
    expect(json().find(({ controller }) => controller === 'front-desk')).toMatchObject({
      statusAt: '2026-03-02T12:00:00.000Z',
      version: '1.2.3',
      pending: 0,
      record: { seq: 1, time: '2026-03-02T11:00:00.000Z' },
      mend: null,
    });
    expect(await office('controllers')).toBe(0);
    expect(bench.out.find((line) => line.startsWith('cellar'))).toMatch(/^cellar +NEVER HEARD +never +never/);
    expect(bench.out.join('\n')).toMatch(/^NEVER HEARD: cardea doctor on it/m);
    bench.clock.advance(24 * 3_600_000);
    expect(await office('controllers', '--json')).toBe(0);
    expect(json().find(({ controller }) => controller === 'front-desk')?.state).toBe('quiet');
  });
});

describe('office events', () => {
  beforeEach(() => {
    const front = journal('front-desk');
    const holder = { kind: 'customer', id: 'ana' };
    const credential = { type: 'card', id: 'c1' };
    const back = new JournalMaker('back-door');
    back.add(
      'access.granted',
      { holder, credential, direction: 'in', reason: 'pass' },
      { time: '2026-03-02T10:00:00.000Z' },
    );
    front.add(
      'access.denied',
      { reason: 'no-pass', holder: { kind: 'customer', id: 'ben' }, credential },
      { time: '2026-03-02T11:30:00.000Z' },
    );
    front.addAs({ type: 'checkout.recorded', time: '2026-03-02T11:40:00.000Z', data: { review: 7 } });
    keep([front, back]);
  });

  it('has every journal in order of time', async () => {
    expect(await office('events', '--json')).toBe(0);
    expect(json().map(({ controller, type }) => `${controller} ${type}`)).toEqual([
      'back-door access.granted',
      'front-desk controller.started',
      'front-desk access.denied',
      'front-desk checkout.recorded',
    ]);
    expect(await office('events')).toBe(0);
    expect(bench.out[0]).toMatch(/^time +controller +type +door +who +what$/);
    expect(bench.out[3]).toMatch(/ front-desk +access\.denied +ben +refused: has no pass$/);
    expect(await office('events', '--csv')).toBe(0);
    expect(bench.out[0]).toMatch(/^controller,epoch,seq,time,type,/);
    expect(bench.out[1]).toMatch(/^back-door,11111111-.*,1,2026-03-02T10:00:00.000Z,access\.granted,/);
  });

  it.each([
    [['--since', '45m'], ['access.denied']],
    [['--type', 'access.granted'], ['access.granted']],
    [['--controller', 'back-door'], ['access.granted']],
    [['--customer', 'ben'], ['access.denied']],
    [['--controller', 'office'], []],
    [['--customer', 'ana', '--controller', 'front-desk'], []],
  ])('%j', async (args, types) => {
    expect(await office('events', '--json', ...args)).toBe(0);
    expect(json().map(({ type }) => type)).toEqual(expect.arrayContaining(types));
    expect(json().filter(({ type }) => type !== 'checkout.recorded')).toHaveLength(types.length);
  });
});

it.each([
  ['events', '--controller', 'celar', 'controllers here: attic, back-door'],
  ['events', '--customer', 'anna', 'check the id'],
  ['checkins', '--customer', 'anna', 'check the id'],
  ['checkins', '--space', 'river', 'spaces here: riverside'],
  ['anomalies', '--controller', 'celar', 'controllers here: attic, back-door'],
])('office %s %s %s is an id that nobody has, not an empty list', async (command, option, id, words) => {
  expect(await office(command, option, id)).toBe(2);
  expect(bench.out).toEqual([]);
  expect(bench.err).toEqual([expect.stringContaining(words)]);
});
