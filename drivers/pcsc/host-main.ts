// The PC/SC process: nfc-pcsc and pcscd's library live here and nowhere else. `watch` tells the daemon what happens on
// every reader, `list` the names once. Whatever goes wrong is said, and ends the process: the daemon starts another.

import { CardWatch } from './card-watch.ts';
import type { FailureCode, FromHost, ToHost } from './messages.ts';
import { listedNames } from './names.ts';
import { pcscdSocket, reachPcscd } from './socket.ts';

// The daemon is asked to end, not this process: it ends when the daemon has.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));

function send(message: FromHost, sent: () => void = () => undefined): void {
  // A daemon that is gone hears nothing; its end is also that of this process.
  process.send?.(message, sent);
}

function fail(code: FailureCode, error: unknown): void {
  const detail = error instanceof Error ? error.message : String(error);
  send({ type: 'failed', code, detail: detail.slice(0, 500) }, () => process.exit(1));
}

/** From the words of pcscd's library, which end with its code. */
function codeOf(error: unknown): FailureCode {
  return /0x8010006a/i.test(String(error)) ? 'no-permission' : 'pcscd-lost';
}

async function open() {
  const nfc = await import('nfc-pcsc').catch((error: unknown) => fail('driver-failed', error));
  if (nfc === undefined) return null;
  const unreachable = await reachPcscd(pcscdSocket());
  if (unreachable !== null) {
    fail(unreachable.code, unreachable.detail);
    return null;
  }
  try {
    return new nfc.NFC();
  } catch (error) {
    fail(codeOf(error), error);
    return null;
  }
}

async function list(): Promise<void> {
  const nfc = await open();
  if (nfc === null) return;
  const start = nfc.pcsc.start.bind(nfc.pcsc);
  // pcsclite starts its list in the next turn. In its place: the first list and no more.
  nfc.pcsc.start = () =>
    start((error, names) => {
      if (error !== undefined || names === undefined) fail(codeOf(error), error);
      else send({ type: 'listed', names: listedNames(names) }, () => process.exit(0));
    });
}

async function watch(): Promise<void> {
  const nfc = await open();
  if (nfc === null) return;
  const tell = (): void => send({ type: 'listed', names: Object.keys(nfc.readers) });
  const watches = new Map<string, CardWatch>();
  let garbage = false;
  process.on('message', (message: ToHost) => {
    if (message.type === 'tell') {
      watches.get(message.reader)?.tell(message.command);
      return;
    }
    // A reader that is gone holds a context of pcscd until it is collected; pcscd has 200 of them.
    if (garbage) globalThis.gc?.();
    garbage = false;
    send({ type: 'beat' });
  });
  nfc.on('error', (error: unknown) => fail(codeOf(error), error));
  nfc.on('reader', (reader) => {
    const watched = new CardWatch(reader, {
      send,
      ended: () => {
        if (watches.get(reader.name) === watched) watches.delete(reader.name);
        garbage = true;
        tell();
      },
    });
    watches.set(reader.name, watched);
  });
  const start = nfc.pcsc.start.bind(nfc.pcsc);
  // nfc-pcsc tells of readers that come; this tells also that there are none.
  nfc.pcsc.start = (heard) =>
    start((error, names) => {
      heard(error, names);
      if (error === undefined) tell();
    });
}

await (process.argv[2] === 'list' ? list() : watch());
