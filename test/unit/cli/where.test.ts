// Finding the running system: what wins, and what is not believed.

import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type DemoPointer,
  find,
  readDemoPointer,
  removeDemoPointer,
  writeDemoPointer,
} from '../../../daemon/cli/where.ts';
import { Bench } from './bench.ts';

let bench: Bench;
let pointer: DemoPointer;
beforeEach(() => {
  bench = new Bench();
  const at = (name: string): string => bench.path(`demo/${name}`);
  pointer = {
    socket: at('cardea.sock'),
    journal: at('journal.db'),
    officeConfig: at('office.yaml'),
    controllerConfig: at('controller.yaml'),
    pid: process.pid,
  };
});
afterEach(() => bench.remove());

/** Above the highest id that Linux gives. */
const deadPid = 2 ** 22 + 1;

describe('finding the system', () => {
  it('takes the flag, then the installed system, then the demo', () => {
    expect(() => find('journal', undefined, bench.places)).toThrow(/pass --db FILE/);
    writeDemoPointer(pointer, bench.places);
    expect(find('journal', undefined, bench.places)).toBe(pointer.journal);
    expect(find('socket', undefined, bench.places)).toBe(pointer.socket);
    writeFileSync(join(bench.places.dataDir, 'journal.db'), '');
    expect(find('journal', undefined, bench.places)).toBe(join(bench.places.dataDir, 'journal.db'));
    expect(find('journal', 'flag.db', bench.places)).toBe('flag.db');
  });

  it('keeps the pointer to its user', () => {
    writeDemoPointer(pointer, bench.places);
    expect(statSync(bench.path('run')).mode & 0o777).toBe(0o700);
    expect(statSync(bench.path('run/demo.json')).mode & 0o777).toBe(0o600);
    chmodSync(bench.path('run'), 0o755);
    expect(() => readDemoPointer(bench.places)).toThrow(/mode 0700/);
    expect(() => writeDemoPointer(pointer, bench.places)).toThrow(/mode 0700/);
    chmodSync(bench.path('run'), 0o700);
    expect(() => readDemoPointer({ ...bench.places, uid: bench.places.uid + 1 })).toThrow(/of your own/);
  });

  it('does not follow a link to a folder', () => {
    mkdirSync(bench.path('elsewhere'), { mode: 0o700 });
    writeFileSync(bench.path('elsewhere/demo.json'), JSON.stringify(pointer));
    symlinkSync(bench.path('elsewhere'), bench.path('run'));
    expect(() => readDemoPointer(bench.places)).toThrow(/of your own/);
  });

  it('leaves a dead demo and half a file aside', () => {
    writeDemoPointer({ ...pointer, pid: deadPid }, bench.places);
    expect(readDemoPointer(bench.places)).toBeNull();
    writeFileSync(bench.path('run/demo.json'), '{"socket":');
    expect(readDemoPointer(bench.places)).toBeNull();
    writeFileSync(bench.path('run/demo.json'), JSON.stringify({ ...pointer, pid: 0 }));
    expect(readDemoPointer(bench.places)).toBeNull();
  });

  it('finds a demo that was started without the first folder', () => {
    const [, second = ''] = bench.places.pointerFolders;
    writeDemoPointer(pointer, { ...bench.places, pointerFolders: [second] });
    expect(readDemoPointer(bench.places)).toEqual(pointer);
  });

  it("removes only its own demo's pointer", () => {
    writeDemoPointer(pointer, bench.places);
    removeDemoPointer(deadPid, bench.places);
    expect(readDemoPointer(bench.places)).toEqual(pointer);
    removeDemoPointer(pointer.pid, bench.places);
    expect(readDemoPointer(bench.places)).toBeNull();
    removeDemoPointer(pointer.pid, bench.places);
  });
});
