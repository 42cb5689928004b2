// Reading one card: connect, ask for its UID, let go. Every failure becomes a reason that is counted; nothing is thrown.

import type { CardReader } from 'nfc-pcsc';
import type { CardOutcome } from './messages.ts';
import { getUid, maxAnswerBytes, uidOf } from './uid.ts';

/** Of pcscd's library, by its code. */
const reasons: Readonly<Record<string, string>> = {
  '0x80100066': 'card-silent',
  '0x80100067': 'card-silent',
  '0x80100069': 'card-removed',
  '0x8010000c': 'card-removed',
  '0x80100068': 'card-reset',
  '0x8010000b': 'reader-busy',
};

/** The reason with which an error of the library is counted: a word, or the library's code. */
export function reasonOf(error: unknown): string {
  const code = /0x[0-9a-f]{8}/i.exec(error instanceof Error ? error.message : String(error))?.[0].toLowerCase();
  if (code === undefined) return 'card-failed';
  return reasons[code] ?? `card-failed-${code}`;
}

/** Tries twice: at the edge of the field, and where another program resets the card, the second try works. */
export async function readCard(reader: CardReader): Promise<CardOutcome> {
  const first = await readOnce(reader);
  return 'uid' in first || !worthAnother(first.refused) ? first : await readOnce(reader);
}

function worthAnother(reason: string): boolean {
  return reason.startsWith('card-') && reason !== 'card-removed';
}

async function readOnce(reader: CardReader): Promise<CardOutcome> {
  try {
    const protocol = await connect(reader, reader.SCARD_SHARE_SHARED);
    return uidOf(await transmit(reader, Buffer.from(getUid), maxAnswerBytes, protocol));
  } catch (error) {
    return { refused: reasonOf(error) };
  } finally {
    await letGo(reader);
  }
}

/** @param protocol 0: none, with the reader itself; left out: any that the card has. */
export function connect(reader: CardReader, share: number, protocol?: number): Promise<number> {
  const options = { share_mode: share, ...(protocol === undefined ? {} : { protocol }) };
  return new Promise((resolve, reject) => {
    reader.connect(options, (error, found) => {
      if (found === undefined) reject(error ?? new Error('no protocol'));
      else resolve(found);
    });
  });
}

export function transmit(reader: CardReader, command: Buffer, maxBytes: number, protocol: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    reader.transmit(command, maxBytes, protocol, (error, answer) => {
      if (answer === undefined) reject(error ?? new Error('no answer'));
      else resolve(answer);
    });
  });
}

/** A card that is gone cannot be let go, and need not be: pcsclite has to forget it all the same to connect again. */
export function letGo(reader: CardReader): Promise<void> {
  return new Promise((resolve) => {
    reader.disconnect(reader.SCARD_LEAVE_CARD, () => {
      reader.connected = false;
      resolve();
    });
  });
}
