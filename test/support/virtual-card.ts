// A card that is held to a virtual reader: connects to the TCP port of vsmartcard's vpcd and speaks for a card there. A
// message is two bytes of length, big-endian, and then one byte of control (0 off, 1 on, 2 reset, 4 the card's ATR is
// asked for) or an APDU; the card answers ATR and APDU in the same frame. Knows nothing of the drivers.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** As a contactless storage card behind a PC/SC reader answers (PC/SC part 3). */
const atr = Buffer.from('3b8f8001804f0ca000000306030001000000006a', 'hex');
const atrAsked = 4;

export class VirtualCard {
  /** Commands that were answered so far, as hex. */
  readonly commands: string[] = [];
  readonly #socket: Socket;
  readonly #answer: Buffer | null;
  #unread = Buffer.alloc(0);

  private constructor(socket: Socket, answer: Buffer | null) {
    this.#socket = socket;
    this.#answer = answer;
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    // The reader may go first.
    socket.on('error', () => undefined);
  }

  /** A card with this UID (hex), held to the reader at this port. */
  static hold(port: number, uid: string): Promise<VirtualCard> {
    return VirtualCard.answering(port, `${uid}9000`);
  }

  /** A card that answers every command with these bytes (hex); null: it goes away instead. */
  static async answering(port: number, answer: string | null): Promise<VirtualCard> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new VirtualCard(socket, answer === null ? null : Buffer.from(answer, 'hex'));
  }

  /** Settles when the connection is over. */
  async takeAway(): Promise<void> {
    if (this.#socket.closed) return;
    const closed = once(this.#socket, 'close');
    this.#socket.destroy();
    await closed;
  }

  #read(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    while (this.#unread.length >= 2) {
      const end = 2 + this.#unread.readUInt16BE();
      if (this.#unread.length < end) return;
      const message = this.#unread.subarray(2, end);
      this.#unread = this.#unread.subarray(end);
      this.#take(message);
    }
  }

  #take(message: Buffer): void {
    if (message.length === 1) {
      if (message[0] === atrAsked) this.#send(atr);
      return;
    }
    if (this.#answer === null) {
      this.#socket.destroy();
      return;
    }
    this.#send(this.#answer);
    this.commands.push(message.toString('hex'));
  }

  #send(bytes: Buffer): void {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    this.#socket.write(Buffer.concat([length, bytes]));
  }
}
