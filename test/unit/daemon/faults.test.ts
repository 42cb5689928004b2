// A lock or an input that does not work: in the status while it lasts, in the journal once at each end.

import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { journalEvent } from '../../../config/event-schema.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { Faults } from '../../../daemon/run/faults.ts';
import { eventually } from '../../support/eventually.ts';
import { DaemonBench } from './daemon-bench.ts';

const stuck = { code: 'line-stuck', message: 'free the line' };
const died = { code: 'keeper-died', message: 'it is started again' };

/** The records of faults, as `type accessPoint what code`. */
function given(): { clock: VirtualClock; faults: Faults; records: string[]; lines: string[] } {
  const clock = new VirtualClock(Date.parse('2026-03-02T09:00:00Z'));
  const [records, lines]: [string[], string[]] = [[], []];
  const log = (level: string, message: string): void => void lines.push(`${level}: ${message}`);
  const faults = new Faults(clock, log, () => {});
  faults.start(({ type, accessPoint, data }) => {
    const { input, code, reason } = data;
    records.push([type, accessPoint, input, code, reason].filter((word) => word !== undefined).join(' '));
  });
  return { clock, faults, records, lines };
}

describe('faults', () => {
  it('are recorded once when they begin and once when they are over, however often they are said', () => {
    const { clock, faults, records, lines } = given();
    faults.begin('door', 'contact', { code: 'chip-gone', message: 'plug it in' });
    faults.begin('door', 'contact', { code: 'chip-gone', message: 'plug it in' });
    clock.advance(60_000);
    expect(faults.of('door')).toEqual([
      { part: 'contact', code: 'chip-gone', message: 'plug it in', since: '2026-03-02T09:00:00.000Z' },
    ]);
    faults.end('door', 'contact');
    faults.end('door', 'contact');
    expect(faults.of('door')).toEqual([]);
    clock.advance(60_000);
    expect(records).toEqual(['input.fault door contact chip-gone', 'input.restored door contact chip-gone']);
    expect(lines).toEqual([
      'error: contact of door: chip-gone: plug it in',
      'info: contact of door: it can be read again',
    ]);
  });

  it('that come and go all the time are one in the journal, and each in the log', () => {
    const { clock, faults, records, lines } = given();
    for (let time = 0; time < 1_000; time++) {
      faults.begin('door', 'lock', stuck);
      clock.advance(250);
      faults.end('door', 'lock');
      clock.advance(9_999);
    }
    expect(records).toEqual(['lock.fault door line-stuck']);
    expect(lines).toHaveLength(2_000);
    clock.advance(1);
    expect(records).toEqual(['lock.fault door line-stuck', 'lock.restored door line-stuck']);
    faults.begin('door', 'lock', stuck);
    expect(records).toHaveLength(3);
  });

  it('of the keeper are those of every lock, and what its successor does not say again is over', () => {
    const { clock, faults, records } = given();
    faults.begin('one', 'lock', stuck);
    faults.begin('two', 'lock', stuck);
    faults.begin(null, 'lock', died);
    expect(faults.of('three').map(({ code }) => code)).toEqual(['keeper-died']);
    faults.begin('two', 'lock', stuck);
    faults.end(null, 'lock');
    expect(['one', 'two', 'three'].map((id) => faults.of(id).length)).toEqual([0, 1, 0]);
    clock.advance(10_000);
    expect(records).toEqual([
      'lock.fault one line-stuck',
      'lock.fault two line-stuck',
      'lock.fault keeper-died',
      'lock.restored keeper-died',
      'lock.restored one line-stuck',
    ]);
  });

  it('are over once a config names something else, which nothing was mended by', () => {
    const { clock, faults, records } = given();
    faults.begin('door', 'lock', stuck);
    faults.forget('door', 'lock');
    faults.forget('door', 'contact');
    clock.advance(60_000);
    expect(faults.of('door')).toEqual([]);
    expect(records).toEqual(['lock.fault door line-stuck', 'lock.restored door line-stuck config']);
  });

  it('that are over at the end of the program are recorded then, and none afterwards', () => {
    const { clock, faults, records } = given();
    faults.begin('door', 'lock', stuck);
    faults.end('door', 'lock');
    faults.stop();
    faults.begin('door', 'lock', stuck);
    expect(records).toEqual(['lock.fault door line-stuck', 'lock.restored door line-stuck']);
    expect(clock.waits()).toEqual([]);
  });
});

describe('a running controller', () => {
  let bench: DaemonBench;
  afterEach(() => bench.end());

  const faultRecords = () => bench.events().filter(({ type }) => /^(lock|input)\./.test(type));
  const faultsNow = (id = 'front-door') => bench.daemon.status().accessPoints.find((one) => one.id === id)?.faults;
  const codes = (id?: string) => faultsNow(id)?.map(({ part, code }) => `${part} ${code}`);
  const beatsUntil = (what: string, seen: () => boolean) =>
    eventually(what, () => {
      bench.clock.advance(250);
      return seen();
    });
  /** Where `file` is a folder, nothing can be appended to it. */
  const withLock = (file: string): string =>
    `{ id: front-door, space: riverside, kind: entrance, lock: { driver: simulated, file: ${file} } }`;

  it('tells of a lock line that cannot be moved, after the record of its own start', async () => {
    bench = new DaemonBench({ accessPoints: [withLock('/dev')] });
    await bench.daemon.start([]);
    expect(codes()).toEqual(['lock line-stuck']);
    const types = bench.events().map(({ type }) => type);
    expect(types.slice(0, 2)).toEqual(['controller.started', 'lock.fault']);
  });

  it('records one that is mended, with what it was', async () => {
    bench = new DaemonBench();
    const file = join(bench.folder, 'line');
    mkdirSync(file);
    await bench.daemon.start([]);
    await bench.reloadWith({ accessPoints: [withLock(file)] });
    expect(codes()).toEqual(['lock line-stuck']);
    rmdirSync(file);
    await beatsUntil('the lock follows', () => codes()?.length === 0);
    bench.clock.advance(10_000);
    const [begun, over] = faultRecords();
    expect([begun?.type, begun?.accessPoint, begun?.data.code]).toEqual(['lock.fault', 'front-door', 'line-stuck']);
    expect(begun?.data.message).toMatch(/the lock line of front-door could not be driven/);
    expect([over?.type, over?.accessPoint, over?.data.code]).toEqual(['lock.restored', 'front-door', 'line-stuck']);
    expect(faultRecords()).toHaveLength(2);
    for (const record of faultRecords()) expect(journalEvent.safeParse(record).success).toBe(true);
  });

  it('tells of a contact whose chip is not there, and forgets it with the config that named it', async () => {
    const contact = 'contact: { driver: gpio, chip: expander-that-is-not-there, line: 3 }';
    const door = (more: string): string =>
      `{ id: front-door, space: riverside, kind: entrance, lock: { driver: simulated }${more} }`;
    bench = new DaemonBench({ accessPoints: [door(`, ${contact}`)] });
    await bench.daemon.start([]);
    expect(faultsNow()).toMatchObject([{ part: 'contact', code: 'chip-missing' }]);
    bench.clock.advance(600_000);
    await bench.reloadWith({ accessPoints: [door('')] });
    expect(faultsNow()).toEqual([]);
    const seen = faultRecords().map(({ type, data }) => [type, data.input, data.code, data.reason]);
    expect(seen).toEqual([
      ['input.fault', 'contact', 'chip-missing', undefined],
      ['input.restored', 'contact', 'chip-missing', 'config'],
    ]);
  });

  it('does not carry the fault of a lock line over to another one that a new config names', async () => {
    bench = new DaemonBench({ accessPoints: [withLock('/dev')] });
    await bench.daemon.start([]);
    await bench.reloadWith({ accessPoints: [withLock(join(bench.folder, 'line'))] });
    await beatsUntil('the keeper answers', () => bench.daemon.doors?.keeperAnswers === true);
    expect(codes()).toEqual([]);
    expect(faultRecords().map(({ type, data }) => [type, data.reason])).toEqual([
      ['lock.fault', undefined],
      ['lock.restored', 'config'],
    ]);
  });
});
