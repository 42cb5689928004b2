// Telling a reader something that is for itself: along the way to the card while one lies there, else as an escape command,
// which the driver under pcscd may not let through. Whatever becomes of it, it is over then, and nothing is thrown.

import type { CardReader } from 'nfc-pcsc';
import { connect, letGo, transmit } from './card-read.ts';

/** A status, and room for what a reader may say before it. */
const maxAnswerBytes = 64;

export async function tellReader(reader: CardReader, command: readonly number[], cardThere: boolean): Promise<void> {
  const bytes = Buffer.from(command);
  try {
    if (cardThere) {
      const protocol = await connect(reader, reader.SCARD_SHARE_SHARED);
      await transmit(reader, bytes, maxAnswerBytes, protocol);
    } else {
      await connect(reader, reader.SCARD_SHARE_DIRECT, 0);
      await sendEscape(reader, bytes);
    }
  } catch {
    // Feedback that a reader does not take is reported to nobody (../port.ts).
  } finally {
    await letGo(reader);
  }
}

function sendEscape(reader: CardReader, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    reader.control(bytes, reader.IOCTL_CCID_ESCAPE, maxAnswerBytes, (error) => {
      if (error === undefined || error === null) resolve();
      else reject(error);
    });
  });
}
