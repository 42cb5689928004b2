// From lines as the keeper is given them to what drives them. The keeper and `cardea safe` share it, so that a lock is driven
// safe in the same way whoever does it. The driver of real lines is loaded where one of them needs it, and where it cannot be
// loaded the other lines move all the same.

import { fileLine } from './file-line.ts';
import type { HeldLine } from './keeper-core.ts';
import type { KeeperLine } from './messages.ts';

export type OpenLine = (line: KeeperLine) => HeldLine;

/** How these lines are opened, which touches nothing yet. @param stamp gives the time of a change, ISO 8601. */
export async function lineOpener(lines: readonly KeeperLine[], stamp: () => string): Promise<OpenLine> {
  const gpio = lines.some(({ output }) => output.driver === 'gpio') ? await gpioLines() : null;
  return ({ accessPoint, output }) => {
    if (output.driver === 'gpio') return gpio === null ? unknownLine : gpio(accessPoint, output);
    const { file } = output;
    const line = file === null ? idle : fileLine(accessPoint, file, stamp);
    return { ...line, check: () => undefined };
  };
}

type GpioLines = typeof import('../gpio/lock-line.ts').gpioLockLine;

async function gpioLines(): Promise<GpioLines> {
  try {
    return (await import('../gpio/lock-line.ts')).gpioLockLine;
  } catch (error) {
    return () => ({ drive: () => refuse(error), check: () => undefined, release: () => undefined });
  }
}

function refuse(error: unknown): never {
  throw error;
}

/** Of a line that this opener was not made for. */
const unknownLine: HeldLine = {
  drive: () => refuse(new Error('its driver was not loaded')),
  check: () => undefined,
  release: () => undefined,
};

const idle = { drive: () => undefined, release: () => undefined };
