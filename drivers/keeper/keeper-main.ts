// The keeper's process. It is given the lock lines by the daemon that started it, and outlives that daemon only to drive
// them safe. It imports next to nothing, so that it starts fast and has little that can fail; a driver of real lines is
// loaded only when it is given one.

import { writeSync } from 'node:fs';
import { keeperClock } from './keeper-clock.ts';
import { type HeldLine, KeeperCore } from './keeper-core.ts';
import { encode, type FromKeeper, type KeeperLine, MessageSplitter, type ToKeeper } from './messages.ts';
import { lineOpener, type OpenLine } from './open-line.ts';

// The daemon is asked to end, not its keeper: that one ends when the daemon has.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

/** The daemon reads little and soon, so this never waits; when it is gone there is nobody to tell. */
function send(message: FromKeeper): void {
  try {
    writeSync(1, encode(message));
  } catch {
    return;
  }
}

/** `waiting`: what was said while the drivers of the first lines are loaded; null when they are not being loaded. */
const now: { open: OpenLine | null; waiting: ToKeeper[] | null } = { open: null, waiting: null };
/** The change of lines that is under way: one after the other. */
let change: Promise<void> = Promise.resolve();
const core = new KeeperCore(keeperClock, openLine, send);
const messages = new MessageSplitter<ToKeeper>();

function openLine(line: KeeperLine): HeldLine {
  if (now.open === null) throw new Error('no line can be held before its driver is loaded');
  return now.open(line);
}

function end(status: number): never {
  core.fall();
  process.exit(status);
}

function receive(message: ToKeeper): void {
  if (now.waiting !== null) now.waiting.push(message);
  else if (message.type === 'hold') take(message);
  else if (!core.receive(message)) end(0);
}

function take(hold: Extract<ToKeeper, { type: 'hold' }>): void {
  if (now.open === null) load(hold);
  else change = change.then(() => changeTo(hold));
}

/** The lines that are held follow what is said meanwhile: a driver takes its time to load. */
async function changeTo(hold: Extract<ToKeeper, { type: 'hold' }>): Promise<void> {
  now.open = await lineOpener(hold.lines, keeperClock.stamp);
  core.hold(hold.lines);
}

/** Nothing more is read meanwhile: a daemon that dies in between finds its lines held, and then driven safe, all the same. */
function load(hold: Extract<ToKeeper, { type: 'hold' }>): void {
  process.stdin.pause();
  now.waiting = [hold];
  void lineOpener(hold.lines, keeperClock.stamp).then((open) => {
    const said = now.waiting ?? [];
    now.open = open;
    now.waiting = null;
    for (const message of said) if (!core.receive(message)) end(0);
    process.stdin.resume();
  });
}

process.on('uncaughtException', (error) => {
  try {
    writeSync(2, `${error.stack ?? error.message}\n`);
  } finally {
    end(1);
  }
});

// The end of the pipe is the end of the daemon, however it died.
process.stdin.on('end', () => end(0));
process.stdin.on('error', () => end(0));
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text: string) => {
  for (const message of messages.feed(text)) receive(message);
});
