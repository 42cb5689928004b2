// An error that nobody catches in the running daemon: it ends with status 1, says why, and leaves the lock locked.

import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { lockStates } from '../../support/lock-file.ts';
import { Program } from '../../support/process.ts';
import { DaemonSite } from './site.ts';

const commandProgram = fileURLToPath(new URL('./command.mjs', import.meta.url));
const reader = '{ id: front-in, driver: simulated, accessPoint: front-door, direction: in }';
const failing: Readonly<Record<string, string>> = {
  thrown: "process.on('SIGUSR2', () => { throw new Error('out of the blue'); });",
  rejected: "process.on('SIGUSR2', () => { void Promise.reject(new Error('out of the blue')); });",
};

let site: DaemonSite;

beforeEach(() => {
  site = new DaemonSite();
  site.writeConfig([reader], null);
});

afterEach(() => site.close());

it.each(Object.keys(failing))('an error that is %s ends the daemon with its reason', async (how) => {
  const module = `data:text/javascript,${encodeURIComponent(failing[how] ?? '')}`;
  const args = ['--import', module, commandProgram, 'run', '--config', site.config];
  const daemon = new Program(process.execPath, args);
  try {
    await daemon.line(/cardea: ready, /);
    daemon.kill('SIGUSR2');
    expect(await daemon.exit).toBe(1);
    expect(daemon.lines).toContainEqual(expect.stringMatching(/cardea: error: .*nobody expected.*out of the blue/));
    await eventually('the lock locked', () => lockStates(site.locks, 'front-door').at(-1) === 'locked');
  } finally {
    await daemon.end();
  }
});
