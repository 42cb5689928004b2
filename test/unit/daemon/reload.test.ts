// A new config while the daemon runs: what it changes is changed, and nothing else.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../../access/event.ts';
import { verifyJournal } from '../../../db/journal/verify.ts';
import { anaCard, bobCard, DaemonBench, reader } from './daemon-bench.ts';

let bench: DaemonBench;

beforeEach(async () => {
  bench = new DaemonBench();
  await bench.daemon.start([]);
});

afterEach(() => bench.end());

describe('a reload while the disk fails', () => {
  it('loses nothing that was decided, and keeps its order', async () => {
    bench.failDisk();
    expect(bench.tap('front-in', anaCard)).toBe('pass');
    bench.writeConfig({ readers: [reader('front-in'), reader('back-in')] });
    await bench.daemon.reload();
    expect(bench.tap('back-in', bobCard)).toBe('pass');
    bench.mendDisk();
    bench.clock.advance(5_000);
    const holders = bench.events().flatMap(({ type, data }) => (type === 'checkin.recorded' ? [data.customer] : []));
    expect(holders).toEqual(['ana', 'bob']);
    expect(bench.events().findLast(({ type }) => type === 'storage.failed')?.data).toMatchObject({
      recovered: true,
      lost: 0,
    });
    expect(verifyJournal(bench.journalFile).ok).toBe(true);
  });

  it('says at the end what never reached the disk', async () => {
    bench.failDisk();
    bench.tap('front-in', anaCard);
    bench.tap('front-in', bobCard);
    await bench.daemon.stop();
    expect(bench.lines).toContainEqual(
      expect.stringMatching(/^error: 3 decisions never reached the disk and are lost/),
    );
    bench.mendDisk();
  });

  it('writes at the end all that can be written', async () => {
    bench.failDisk();
    for (let n = 0; n < 60; n++) bench.tap('front-in', `04A1B2C3D4E6${String(n).padStart(2, '0')}`);
    bench.mendDisk();
    await bench.daemon.stop();
    expect(bench.events().filter(({ type }) => type === 'access.denied')).toHaveLength(60);
    expect(types().at(-1)).toBe('storage.failed');
    expect(bench.lines.filter((line) => line.includes('are lost'))).toEqual([]);
  });
});

describe('a reload', () => {
  it('leaves a door that it does not change open, with its release, its repeats and its contact', async () => {
    expect(bench.tap('front-in', anaCard)).toBe('pass');
    bench.clock.advance(2_000);
    bench.daemon.answer({ do: 'input', accessPoint: 'front-door', input: 'contact', active: true });
    bench.writeConfig({ readers: [reader('front-in'), reader('back-in')] });
    await bench.daemon.reload();
    expect(bench.door()).toMatchObject({ lock: 'unlocked', contact: 'open' });
    expect(types().filter((type) => type === 'door.opened')).toHaveLength(1);
    bench.tap('front-in', anaCard);
    expect(types().at(-1)).toBe('access.repeated');
    bench.clock.advance(3_000);
    expect(bench.door().lock).toBe('unlocked');
    bench.clock.advance(2_000);
    expect(bench.door().lock).toBe('locked');
    expect(bench.lines).toContain('info: config reloaded, 1 door, 2 readers, replica revision 7; reader back-in new');
  });

  it('makes a door that it changes anew, safe, and lets its readers go on', async () => {
    bench.tap('front-in', anaCard);
    await bench.reloadWith({ accessPoints: [bench.entrance('front-door', 'unlockTime: 9s')] });
    expect(bench.door().lock).toBe('locked');
    expect(types().filter((type) => type === 'reader.online')).toHaveLength(1);
    expect(bench.tap('front-in', anaCard)).toBe('re-entry');
    bench.clock.advance(8_999);
    expect(bench.door().lock).toBe('unlocked');
    bench.clock.advance(1);
    expect(bench.door().lock).toBe('locked');
  });

  it('adds a door, and leaves the release of the other to its end', async () => {
    bench.tap('front-in', anaCard);
    const both = [bench.entrance('front-door'), bench.entrance('back-door')];
    await bench.reloadWith({ accessPoints: both, readers: [reader('front-in'), reader('back-in', 'back-door')] });
    expect(bench.tap('back-in', bobCard)).toBe('pass');
    expect(bench.door('front-door').lock).toBe('unlocked');
    expect(bench.door('back-door').lock).toBe('unlocked');
    bench.clock.advance(5_000);
    expect(bench.door('front-door').lock).toBe('locked');
    await bench.reloadWith({ accessPoints: [both[1] ?? ''], readers: [reader('back-in', 'back-door')] });
    expect(bench.daemon.status().accessPoints.map(({ id }) => id)).toEqual(['back-door']);
    expect(bench.tap('back-in', anaCard)).toBe('re-entry');
  });

  it('decides a tap anew where the rules of the site changed', async () => {
    bench.tap('front-in', anaCard);
    await bench.reloadWith({ more: ['rules: { bookingLead: 5m }'] });
    expect(bench.tap('front-in', anaCard)).toBe('re-entry');
  });

  it('is recorded as the end of one config and the beginning of the next', async () => {
    await bench.reloadWith({});
    const last = recorded().slice(-2);
    expect(last.map(({ type, data }) => [type, data.reason])).toEqual([
      ['controller.stopped', 'reload'],
      ['controller.started', 'reload'],
    ]);
  });

  it('is refused before anything is touched where the credential key is not there', async () => {
    bench.tap('front-in', anaCard);
    bench.removeKey();
    await bench.reloadWith({ readers: [] });
    expect(bench.lines).toContainEqual(expect.stringMatching(/^error: the new config is not taken, the old one stays/));
    expect(bench.door().lock).toBe('unlocked');
    bench.tap('front-in', anaCard);
    expect(types().at(-1)).toBe('access.repeated');
  });
});

/** Without what the keeper says of a process whose time stands still. */
function recorded(): JournalEvent[] {
  return bench.events().filter(({ type }) => type !== 'accesspoint.mode');
}

function types(): string[] {
  return recorded().map(({ type }) => type);
}
