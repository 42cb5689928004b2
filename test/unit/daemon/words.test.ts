// What a person reads: taps in words, status lines, moves, and a log and reports that do not flood.

import { describe, expect, it } from 'vitest';
import { parseMove } from '../../../daemon/cli/commands/input.ts';
import { statusLines } from '../../../daemon/cli/commands/status.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { halfDayOutside } from '../../../daemon/demo/members.ts';
import { lineLog, RareLog } from '../../../daemon/log.ts';
import { Reporter } from '../../../daemon/run/reporter.ts';
import type { DaemonStatus } from '../../../daemon/run/status.ts';
import { tapWords } from '../../../daemon/socket/tap-words.ts';

const status: DaemonStatus = {
  site: 's',
  controller: 'c',
  version: '1',
  revision: 4,
  newestRevision: 7,
  replicaAgeS: 24 * 3600,
  pending: 3,
  online: false,
  office: 'configured',
  upstream: {
    state: 'no-broker',
    broker: { connected: false, since: null, detail: 'refused' },
    last: null,
    heard: { acknowledgement: null, manifest: null, delta: null, snapshot: null, command: null },
    waiting: { events: 3, since: null },
    advice: null,
  },
  storage: { unwritten: 0, journal: { bytes: 50_000, maxBytes: 2_147_483_648, dropped: 0, low: false } },
  clock: { synchronised: true, time: '2026-03-02T08:00:00.000Z', least: '2026-03-02T08:00:00.000Z' },
  accessPoints: [
    {
      id: 'front-door',
      mode: 'controlled',
      lock: 'locked',
      contact: null,
      by: null,
      until: null,
      alarm: null,
      faults: [],
    },
  ],
  readers: [{ id: 'in', online: false, dropped: { noise: 2 }, feedback: null }],
};

describe('words', () => {
  it('of a tap name who, where and why', () => {
    const access = { type: 'access.denied', accessPoint: 'front-door', data: { holder: { id: 'ben' } } };
    const lines = tapWords({ granted: false, reason: 'no-pass', direction: 'in' }, [access]);
    expect(lines).toEqual(['REFUSED  ben, front-door: has no pass (no-pass)']);
    expect(tapWords({ granted: true, reason: 'of-tomorrow', direction: 'out' }, [])[0]).toContain('somebody unknown');
  });

  it('of a status warn of a replica that is older than a day', () => {
    expect(statusLines(status).join('\n')).not.toContain('warning');
    const old = statusLines({ ...status, replicaAgeS: 24 * 3600 + 1 }).join('\n');
    expect(old).toContain('warning: the replica is older than 24 h');
    expect(old).toMatch(/in +OFFLINE +- +noise 2/);
    expect(statusLines({ ...status, revision: 0, replicaAgeS: null }).join('\n')).toContain('nobody is known');
  });

  it('of a status say what of a door does not work, since when, and what to do', () => {
    const fault = {
      part: 'lock',
      code: 'line-stuck',
      message: 'plug it in',
      since: '2026-03-02T08:00:00.000Z',
    } as const;
    expect(statusLines(status).join('\n')).not.toContain('fault');
    const accessPoints = status.accessPoints.map((door) => ({ ...door, faults: [fault] }));
    const lines = statusLines({ ...status, accessPoints }).join('\n');
    expect(lines).toMatch(/^fault: lock of front-door since 2026-03-02 \d\d:\d\d:\d\d.*: plug it in \(line-stuck\)$/m);
  });

  it('of a move are read, and others refused', () => {
    expect(parseMove('contact=open')).toEqual({ input: 'contact', active: true });
    expect(parseMove('requestToExit=false')).toEqual({ input: 'requestToExit', active: false });
    for (const text of ['contact', 'contact=true', 'fire=open', 'contact=open=open', '=', '']) {
      expect(() => parseMove(text)).toThrow(/allowed is contact=open/);
    }
  });

  it('of the demo hold at every hour: the pass is outside its slot', () => {
    for (let hour = 0; hour < 24; hour++) {
      const { from, to } = halfDayOutside(hour);
      const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
      const [first, last] = [hour * 60, hour * 60 + 59];
      expect(last < minutes(from) || first >= minutes(to)).toBe(true);
    }
  });
});

describe('what happens often', () => {
  it('is logged at once, then once a span with its count', () => {
    const clock = new VirtualClock(0);
    const lines: string[] = [];
    const log = lineLog((line) => lines.push(line));
    const rare = new RareLog(log, clock, 1_000);
    const count = (): void => rare.count('a', 1, 'warn', (n) => `${n} dropped`);
    for (let n = 0; n < 5; n++) count();
    clock.advance(1_000);
    count();
    expect(lines).toEqual(['cardea: warn: 1 dropped\n', 'cardea: warn: 5 dropped\n']);
    lineLog((line) => lines.push(line), clock)('info', 'ready');
    expect(lines.at(-1)).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z cardea: ready\n$/);
  });

  it('is reported together, at most once a second, the last change included', () => {
    const clock = new VirtualClock(0);
    let reports = 0;
    const reporter = new Reporter(
      clock,
      () => {},
      () => reports++,
    );
    reporter.changed();
    reporter.changed();
    clock.advance(1);
    expect(reports).toBe(1);
    for (let n = 0; n < 10; n++) reporter.changed();
    clock.advance(998);
    expect(reports).toBe(1);
    clock.advance(1);
    expect(reports).toBe(2);
    reporter.changed();
    reporter.stop();
    clock.advance(10_000);
    expect(reports).toBe(2);
    expect(clock.waits()).toEqual([]);
  });

  it('is reported again where a report failed, and the failure told of now and then', () => {
    const clock = new VirtualClock(0);
    const lines: string[] = [];
    let failures = 3;
    let reports = 0;
    const reporter = new Reporter(
      clock,
      (level, message) => lines.push(`${level}: ${message}`),
      () => {
        if (failures-- > 0) throw new Error('disk I/O error');
        reports++;
      },
    );
    reporter.changed();
    clock.advance(2_999);
    expect(reports).toBe(0);
    clock.advance(1);
    expect([reports, clock.waits()]).toEqual([1, []]);
    expect(lines).toEqual(['error: the status could not be reported (1 times): disk I/O error']);
  });
});
