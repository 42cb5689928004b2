// A card on the guest's virtual reader (vsmartcard's vpcd, behind the guest's pcscd): it is there while it is connected.
// Wire: two bytes of length, big endian, then one byte of control (0 off, 1 on, 2 reset, 4 answer to reset) or a command.

import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** What a reader makes up for an ISO 14443-3 card (PC/SC part 3, 3.1.3.2.3): storage card, MIFARE Classic 1K. */
const answerToReset = Buffer.from('3b8f8001804f0ca000000306030001000000006a', 'hex');
const getAnswer = 4;
const getUid = Buffer.from('ffca0000', 'hex');
const retryMs = 500;
const patienceMs = 120_000;

/**
 * Puts a card with this UID (hex) on the reader behind `port` of this computer; settles when pcscd has looked at it.
 * @returns takes it away again.
 */
export async function putCard(port, uid) {
  const until = performance.now() + patienceMs;
  while (performance.now() < until) {
    const remove = await offer(port, Buffer.from(uid, 'hex'));
    if (remove !== null) return remove;
    await wait(retryMs);
  }
  throw new Error(`no pcscd took the card within ${patienceMs / 1000} s`);
}

/** null where the connection ended before anybody asked: qemu takes it for a guest that does not listen. */
function offer(port, uid) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let rest = Buffer.alloc(0);
    socket.on('error', () => {}).on('close', () => resolve(null));
    socket.on('data', (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE()) {
        const message = rest.subarray(2, 2 + rest.readUInt16BE());
        rest = rest.subarray(2 + message.length);
        const answer = answerTo(message, uid);
        if (answer !== null)
          socket.write(Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 255]), answer]));
        resolve(() => socket.destroy());
      }
    });
  });
}

function answerTo(message, uid) {
  if (message.length === 1) return message[0] === getAnswer ? answerToReset : null;
  if (message.subarray(0, 4).equals(getUid)) return Buffer.concat([uid, Buffer.from([0x90, 0])]);
  return Buffer.from([0x6d, 0]);
}
