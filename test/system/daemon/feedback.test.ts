// What readers show and who calls for help, with the real program: the lines of `cardea tap`, `status`, `identify` and `call`,
// and what a serial device hears.

import { appendFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { TestBroker } from '../../support/broker.ts';
import { eventually } from '../../support/eventually.ts';
import { SerialPair } from '../../support/serial-pair.ts';
import { DaemonSite } from './site.ts';

const simulated = '{ id: front-in, driver: simulated, accessPoint: front-door, direction: in }';
const [ana, unknown] = ['card:04A1B2C0', 'card:DEADBEEF'];

let site: DaemonSite;

beforeEach(() => {
  site = new DaemonSite();
});

afterEach(() => site.close());

/** What a command prints, once it ended with `status`. */
async function said(status: number, ...args: string[]): Promise<string[]> {
  const program = site.command(...args, '--socket', site.socket);
  expect([await program.exit, program.lines]).toEqual([status, program.lines]);
  return program.lines;
}

async function shows(id: string): Promise<unknown> {
  const status = JSON.parse((await said(0, 'status', '--json')).join('')) as {
    readers: readonly { readonly id: string; readonly feedback: { readonly shows: unknown } | null }[];
  };
  return status.readers.find((reader) => reader.id === id)?.feedback?.shows;
}

/** With times that no slow machine reaches, where the test waits for none of them. */
function writeConfig(readers: readonly string[], broker: string | null, answer = '1m'): void {
  site.writeConfig(readers, broker);
  appendFileSync(
    site.config,
    `feedback: { answer: ${answer}, identify: 5m }\nhelp: { quiet: 1h, refusedWithin: 24h }\n`,
  );
}

/** A daemon that has the office's data. */
async function withData(readers: readonly string[], answer?: string): Promise<void> {
  const broker = await TestBroker.start();
  onTestFinished(() => broker.close());
  writeConfig(readers, broker.url, answer);
  site.writeOffice(broker.url);
  site.importReplica();
  await site.office();
  await site.daemon();
  await site.recorded('replica.applied');
}

async function cable(): Promise<SerialPair> {
  const pair = await SerialPair.plugged();
  onTestFinished(() => pair.close());
  return pair;
}

describe('feedback', () => {
  it('of a simulated reader is a line of tap, and stands in status', async () => {
    await withData([simulated]);
    expect((await said(0, 'tap', 'front-in', ana)).at(-1)).toBe(
      '  the reader shows granted: "OK", green light, 1 beep',
    );
    expect(await shows('front-in')).toEqual({ kind: 'granted', light: 'green', blinks: false, beeps: 1, text: 'OK' });
    expect((await said(0, 'tap', 'front-in', unknown)).at(-1)).toBe(
      '  the reader shows unknown: "?", red light, 2 beeps',
    );
    const [tapped] = await said(0, 'tap', 'front-in', ana, '--json');
    expect(JSON.parse(tapped ?? '')).toMatchObject({ granted: true, feedback: { kind: 'granted', text: 'OK' } });
  });

  it('says without the office’s data that it is missing, and nothing of the card', async () => {
    writeConfig([simulated], null);
    await site.daemon();
    expect(await shows('front-in')).toMatchObject({ kind: 'not-trusted' });
    expect((await said(0, 'tap', 'front-in', ana)).at(-1)).toBe('  the reader shows not-trusted: "SYNC", amber light');
  });

  it('is written to a serial reader, its own line for what has one, and none for what has none', async () => {
    const pair = await cable();
    const lines = '{ granted: "open\\n", denied: "no\\n", noPass: "buy a pass\\n", idle: "\\n" }';
    const serial = `{ id: line, driver: serial, path: ${pair.path}, accessPoint: front-door, direction: in, feedback: ${lines} }`;
    await withData([serial, simulated], '500ms');
    await site.recorded('reader.online');
    pair.heard();
    await pair.write('04A1B2C0\r\n');
    await eventually('it hears that it is open', () => pair.heard().includes('open'));
    await eventually('it hears that nothing is to be shown', () => pair.heard().includes(''));
    await pair.write('DEADBEEF\r\n');
    await eventually('it hears the denial', () => pair.heard().includes('no'));
    expect(pair.heard().filter((line) => line !== '')).toEqual(['open', 'no']);
    expect((await said(1, 'identify', 'line')).join()).toBe(
      'cardea: reader line (driver serial) has no means to show itself: none is known of its device, or its config (feedback) names none',
    );
  });
});

describe('identify', () => {
  it('makes a reader show itself, and is refused in words where it cannot', async () => {
    writeConfig([simulated], null);
    await site.daemon();
    expect(await said(0, 'identify', 'front-in')).toEqual(['front-in shows itself for 300 s']);
    expect(await shows('front-in')).toMatchObject({ kind: 'identify', light: 'green', blinks: true });
    expect(await said(1, 'identify', 'nowhere')).toEqual(['cardea: there is no reader nowhere; there is: front-in']);
    const [answer, words] = await said(1, 'identify', 'nowhere', '--json');
    expect(JSON.parse(answer ?? '')).toMatchObject({ outcome: 'refused', reason: 'unknown-reader' });
    expect(words).toContain('there is no reader nowhere');
  });
});

describe('a call for help', () => {
  it('names who was last refused, also after the death of the program, and is not taken twice', async () => {
    writeConfig([simulated], null);
    const first = await site.daemon();
    await said(0, 'tap', 'front-in', unknown);
    first.kill('SIGKILL');
    await first.exit;
    await site.daemon();
    expect((await said(0, 'call', 'front-door', '--message', 'let me in', '--by', 'sam')).join()).toMatch(
      /^front-door: help is asked for; last refused there: somebody unknown at .*, nobody here has this card or code \(unknown-credential\)$/,
    );
    expect((await said(1, 'call', 'front-door')).join()).toMatch(
      /^cardea: front-door: help was asked for there a moment ago, and nobody was refused since: again in \d+ s$/,
    );
    expect((await said(1, 'call', 'nowhere')).join()).toContain('this controller has no door of that name');
    expect((await said(2, 'call', 'front-door', '--message', 'x'.repeat(201))).join()).toContain('1 to 200 characters');
    expect(site.ofType('help.requested').map(({ data }) => data)).toEqual([
      {
        message: 'let me in',
        source: 'command',
        by: 'sam',
        refused: {
          at: expect.any(String),
          reason: 'unknown-credential',
          reader: 'front-in',
          credential: { type: 'card', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
          event: expect.any(String),
        },
      },
    ]);
  });
});
