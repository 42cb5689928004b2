// The keeper's process. It is given the lock lines by the daemon that started it, and outlives that daemon only to drive
// them safe. It imports next to nothing, so that it starts fast and has little that can fail.

import { writeSync } from 'node:fs';
import { keeperClock } from './keeper-clock.ts';
import { KeeperCore } from './keeper-core.ts';
import { encode, type FromKeeper, MessageSplitter, type ToKeeper } from './messages.ts';
import { openLine } from './open-line.ts';

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

const core = new KeeperCore(keeperClock, (line) => openLine(line, keeperClock.stamp), send);
const messages = new MessageSplitter<ToKeeper>();

function end(status: number): never {
  core.fall();
  process.exit(status);
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
  for (const message of messages.feed(text)) {
    if (!core.receive(message)) end(0);
  }
});
