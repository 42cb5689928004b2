// `cardea replay --journal DB --replica FILE`: a recorded period is decided again as it was on the same replica, and every
// decision that another one changes is listed, with the day after it that follows from it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../../access/command/command.ts';
import { parseCredential } from '../../../access/credential.ts';
import { credentialHash } from '../../../access/credential-hash.ts';
import { scenarioConfig } from '../../../config/controller/schema.ts';
import { parseReplicaDocument } from '../../../config/load.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { replayKey, replicaOf } from '../../../daemon/replay/document-replica.ts';
import { Life } from '../../../daemon/replay/life.ts';
import { install, ReplicaBuilder } from '../../../db/replica/builder.ts';
import type { ReplicaCounts, ReplicaRow } from '../../../db/replica/header.ts';
import { MemoryLocks } from '../../../drivers/simulated/memory-lock.ts';
import { Bench } from '../cli/bench.ts';

const doors = {
  site: 's',
  controller: 'c',
  accessPoints: [{ id: 'main', space: 'berlin', kind: 'entrance', lock: { driver: 'simulated' } }],
  readers: [
    { id: 'in', driver: 'simulated', accessPoint: 'main', direction: 'in' },
    { id: 'out', driver: 'simulated', accessPoint: 'main', direction: 'out' },
  ],
};
const replica = {
  format: 'cardea-replica/1',
  site: 's',
  revision: 1,
  spaces: [{ id: 'berlin', timeZone: 'Europe/Berlin', currency: 'EUR' }],
  timePasses: [
    { id: 'day', price: '20', currency: 'EUR', validIn: ['berlin'] },
    { id: 'hour', price: '5', currency: 'EUR', validIn: ['berlin'], minutesIncluded: 60 },
  ],
  customers: [{ id: 'ana' }, { id: 'ben' }],
  passes: [
    { id: 'p-ana', timePass: 'day', customer: 'ana', source: 'sold' },
    { id: 'p-ben', timePass: 'hour', customer: 'ben', source: 'sold' },
  ],
  credentials: [
    { id: 'c-ana', type: 'card', value: '04A1', customer: 'ana' },
    { id: 'c-ben', type: 'fob', value: '42', customer: 'ben' },
  ],
};

const countsOf = (records: object): ReplicaCounts =>
  Object.fromEntries(Object.entries(records).map(([kind, list]) => [kind, (list as unknown[]).length]));

let folder = '';
let cli: Bench;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-rerun-'));
  cli = new Bench();
});
afterEach(() => {
  cli.remove();
  rmSync(folder, { recursive: true, force: true });
});

type RecordedTap = readonly [at: string, reader: string, credential: string, stale?: 'stale'];

/** Taps at instants, `!` boots the machine anew. */
function record(taps: readonly (RecordedTap | '!' | Command)[], door: object = {}): string {
  const file = join(folder, 'recorded.db');
  const { document } = parseReplicaDocument(JSON.stringify(replica), 'r.json');
  const config = scenarioConfig.parse({
    ...doors,
    accessPoints: doors.accessPoints.map((one) => ({ ...one, ...door })),
  });
  let clock = new VirtualClock(Date.parse('2026-03-02T06:00:00Z'), 'boot-1');
  const locks = new MemoryLocks([{ accessPoint: 'main', failSafe: false }], () => {});
  const log = (message: string): never => {
    throw new Error(message);
  };
  const begin = (): Life => {
    const parts = { config, file, clock, random: seededRandom('recorded'), replica: replicaOf(document), locks };
    const life = new Life({ ...parts, recorded: () => {}, log });
    life.controller.start();
    return life;
  };
  let life = begin();
  for (const tap of taps) {
    if (tap === '!') {
      life.end();
      clock = new VirtualClock(clock.now().wallMs + 60_000, 'boot-2', 5_000);
      life = begin();
      continue;
    }
    if (!Array.isArray(tap)) {
      life.controller.command(tap as Command);
      continue;
    }
    const [at, reader, credential, stale] = tap as RecordedTap;
    clock.advance(Date.parse(at) - clock.now().wallMs);
    if (stale !== undefined) life.controller.refuseStale(reader, parseCredential(credential));
    else life.controller.tap(reader, parseCredential(credential));
  }
  life.end();
  return file;
}

const recorded = [
  ['2026-03-02T08:00:00Z', 'in', 'card:04A1'],
  ['2026-03-02T08:00:04Z', 'in', 'card:04A1'],
  ['2026-03-02T08:30:00Z', 'in', 'card:FFFF'],
  ['2026-03-02T09:00:00Z', 'in', 'fob:42'],
  ['2026-03-02T09:40:00Z', 'out', 'fob:42'],
  '!',
  ['2026-03-02T10:00:00Z', 'out', 'card:04A1'],
  ['2026-03-02T11:00:00Z', 'in', 'fob:42'],
  ['2026-03-03T08:00:00Z', 'in', 'card:04A1'],
] as const;

async function compared(change: object, options: readonly string[] = []): Promise<Record<string, unknown>[]> {
  const journal = record(recorded);
  const other = join(folder, 'other.json');
  writeFileSync(other, JSON.stringify({ ...replica, revision: 2, ...change }));
  const status = await cli.run('replay', '--journal', journal, '--replica', other, '--json', ...options);
  expect(status, cli.err.join('\n')).toBe(0);
  return cli.out.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const short = (line: Record<string, unknown>): unknown[] => {
  const { time, holder, then, now } = line as {
    time: string;
    holder: { id: string } | null;
    then: object;
    now: object;
  };
  return [time.slice(5, 16), holder?.id ?? null, ...Object.values(then), ...Object.values(now)];
};

describe('a recorded period on another replica', () => {
  it('is decided as it was on the same one', async () => {
    const lines = await compared({});
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ decisions: 8, differ: 0, notCompared: 0 });
  });

  it('leaves out a tap that had waited for too long: nobody came in on it', async () => {
    const journal = record([
      ['2026-03-02T08:00:00Z', 'in', 'card:04A1', 'stale'],
      ['2026-03-02T08:01:00Z', 'in', 'card:04A1'],
    ]);
    const same = join(folder, 'same.json');
    writeFileSync(same, JSON.stringify({ ...replica, revision: 2 }));
    expect(await cli.run('replay', '--journal', journal, '--replica', same, '--json')).toBe(0);
    expect(JSON.parse(cli.out.at(-1) ?? '')).toMatchObject({ differ: 0, notCompared: 1 });
  });

  it('leaves out what site rules denied: who stood beside whom, the journal does not have', async () => {
    const taps = [
      ['2026-03-02T08:00:00Z', 'in', 'card:04A1'],
      ['2026-03-02T08:00:10Z', 'in', 'fob:42'],
    ] as const;
    const same = join(folder, 'same.json');
    writeFileSync(same, JSON.stringify({ ...replica, revision: 2 }));
    const journal = record(taps, { secondPerson: { within: '30s' } });
    expect(await cli.run('replay', '--journal', journal, '--replica', same, '--json')).toBe(0);
    expect(JSON.parse(cli.out.at(-1) ?? '')).toMatchObject({ decisions: 3, differ: 0, notCompared: 1 });
  });

  it('finds the doors in the modes that were commanded then', async () => {
    const command = { type: 'mode', accessPoint: 'main', by: 'sam' } as const;
    const day = [
      { ...command, mode: 'lockdown' },
      ['2026-03-02T08:00:00Z', 'in', 'card:04A1'],
      { ...command, mode: 'controlled' },
      { ...command, mode: 'unlocked', untilMs: Date.parse('2026-03-02T09:00:00Z') },
      ['2026-03-02T08:30:00Z', 'in', 'fob:42'],
      ['2026-03-02T09:30:00Z', 'in', 'card:04A1'],
    ] as const;
    const other = join(folder, 'other.json');
    writeFileSync(other, JSON.stringify({ ...replica, revision: 2 }));
    expect(await cli.run('replay', '--journal', record(day), '--replica', other, '--json')).toBe(0);
    expect(JSON.parse(cli.out.at(-1) ?? '')).toMatchObject({ decisions: 3, differ: 0, notCompared: 0 });
  });

  it('decides anew on who asked in an app, and takes those who were checked in by hand for inside', async () => {
    const day = [
      { type: 'checkin', customer: 'ben', space: 'berlin', by: 'sam' },
      { type: 'admit', customer: 'ana', accessPoint: 'main', by: 'app' },
      ['2026-03-02T08:00:00Z', 'out', 'fob:42'],
      { type: 'admit', customer: 'ben', accessPoint: 'main', by: 'app' },
    ] as const;
    const journal = record(day);
    const other = join(folder, 'other.json');
    writeFileSync(other, JSON.stringify({ ...replica, revision: 2 }));
    expect(await cli.run('replay', '--journal', journal, '--replica', other, '--json')).toBe(0);
    expect(JSON.parse(cli.out.at(-1) ?? '')).toMatchObject({ decisions: 3, differ: 0, notCompared: 0 });
    const [, ben] = replica.passes;
    writeFileSync(other, JSON.stringify({ ...replica, revision: 2, passes: [ben] }));
    expect(await cli.run('replay', '--journal', journal, '--replica', other, '--json')).toBe(0);
    const lines = cli.out.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.slice(0, -1).map(short)).toEqual([['03-02T06:00', 'ana', 'granted', 'pass', 'denied', 'no-pass']]);
  });

  it('lists what a blocked card changes, to its way out', async () => {
    const [ana, ben] = replica.credentials;
    const lines = await compared({ credentials: [{ ...ana, status: 'blocked' }, ben] });
    expect(lines.slice(0, -1).map(short)).toEqual([
      ['03-02T08:00', 'ana', 'granted', 'pass', 'denied', 'credential-blocked'],
      ['03-02T08:00', 'ana', 'granted', 'pass', 'denied', 'credential-blocked'],
      ['03-03T08:00', 'ana', 'denied', 'pass-exhausted', 'denied', 'credential-blocked'],
    ]);
    expect(lines.at(-1)).toMatchObject({ decisions: 8, differ: 3 });
  });

  it('follows what is decided now: minutes that another time pass leaves over', async () => {
    const [day, hour] = replica.timePasses;
    const lines = await compared({ timePasses: [day, { ...hour, minutesIncluded: 30 }] });
    expect(lines.slice(0, -1).map(short)).toEqual([
      ['03-02T11:00', 'ben', 'granted', 'pass', 'denied', 'pass-exhausted'],
    ]);
  });

  it('takes a credential that the other replica does not have for unknown', async () => {
    const [, ben] = replica.credentials;
    const lines = await compared({ credentials: [ben] });
    expect(
      lines
        .slice(0, -1)
        .map(short)
        .map((line) => line.at(-1)),
    ).toEqual(['unknown-credential', 'unknown-credential', 'unknown-credential']);
  });

  it('lists only the period that was asked for, and says what it cannot know', async () => {
    const [ana, ben] = replica.credentials;
    const change = { credentials: [{ ...ana, status: 'lost' }, ben] };
    const lines = await compared(change, ['--since', '2026-03-03T00:00:00Z', '--until', '2026-03-04T00:00:00Z']);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatchObject({ decisions: 1, differ: 1 });
    expect(lines[1]?.cannotKnow).toContainEqual(expect.stringContaining('stays unknown'));
  });

  it('tells people the same in words', async () => {
    const journal = record(recorded);
    const other = join(folder, 'other.json');
    writeFileSync(other, JSON.stringify({ ...replica, revision: 2, passes: [] }));
    expect(await cli.run('replay', '--journal', journal, '--replica', other)).toBe(0);
    const { out, err } = cli;
    expect(out[0]).toBe(
      '2026-03-02T08:00:00.000Z  main in  customer ana (c-ana): then granted, on a pass (pass); now denied, has no pass (no-pass)',
    );
    expect(out).toContain('5 of 8 decisions would differ.');
    expect(err).toEqual(['cardea: without --config main is taken for an entrance to berlin, policy strict']);
  });

  it('takes the replica.db of a controller, and finds in it by their hashes the credentials that were unknown', async () => {
    const journal = record(recorded);
    const db = join(folder, 'replica.db');
    const found = { id: 'c-new', type: 'card', value: 'FFFF', customer: 'ana' };
    const changed = { ...replica, revision: 2, credentials: [...replica.credentials, found] };
    const { records } = parseReplicaDocument(JSON.stringify(changed), 'r.json').document;
    const { credentials, ...others } = records;
    const builder = new ReplicaBuilder(db, { site: 's', revision: 2, counts: countsOf(records) });
    for (const [kind, all] of Object.entries(others))
      for (const one of all) builder.add(...([kind, one] as ReplicaRow));
    for (const { value, ...one } of credentials) {
      // The journal was recorded under this key: it takes the place of the site's.
      builder.add('credentials', { ...one, hash: credentialHash(replayKey, one.type, value) });
    }
    install(builder.finish(), db);
    expect(await cli.run('replay', '--journal', journal, '--replica', db, '--json'), cli.err.join('\n')).toBe(0);
    const lines = cli.out.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.slice(0, -1).map(short)).toEqual([
      ['03-02T08:30', null, 'denied', 'unknown-credential', 'granted', 're-entry'],
    ]);
    expect(lines.at(-1)).toMatchObject({ decisions: 8, differ: 1, notCompared: 0 });
  });

  it('says of an instant beyond its years which there are', async () => {
    expect(await cli.run('replay', '--journal', 'x.db', '--replica', 'r.json', '--since', '0001-01-01T00:00:00Z')).toBe(
      2,
    );
    expect(cli.err.join('\n')).toContain('of the years 1900 to 9999');
  });

  it('refuses the replica of another site', async () => {
    const other = join(folder, 'other.json');
    writeFileSync(other, JSON.stringify({ ...replica, site: 'elsewhere' }));
    expect(await cli.run('replay', '--journal', record(recorded), '--replica', other)).toBe(2);
    expect(cli.err.join('\n')).toMatch(/other\.json is of the site elsewhere.*journal is of s/);
  });

  it.each([
    [['replay'], 2],
    [['replay', '--journal', 'x.db'], 2],
    [['replay', 'a.yaml', '--journal', 'x.db'], 2],
    [['replay', '--journal', '/nowhere/x.db', '--replica', '/nowhere/r.json'], 2],
  ])('%j is refused', async (args, status) => {
    expect(await cli.run(...args)).toBe(status);
    expect(cli.err.join('\n')).not.toBe('');
  });
});
