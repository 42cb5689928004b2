// What the pcsc driver uses of nfc-pcsc (and of @pokusew/pcsclite below it), as their sources of version 0.8.1 and 0.6.0
// say it: neither brings types that are right.

declare module 'nfc-pcsc' {
  import type { EventEmitter } from 'node:events';

  export type Done = (error?: Error | null) => void;

  /** One state of a reader: the SCARD_STATE_ bits, and above them (16 bits) how often a card came or went. */
  export interface CardStatus {
    readonly state: number;
  }

  /** pcsclite's reader. Emits `status` with a CardStatus. */
  export interface CardReader extends EventEmitter {
    /** Set by pcsclite, and believed by its `connect`, which does nothing while it is true. */
    connected: boolean;
    readonly SCARD_SHARE_SHARED: number;
    readonly SCARD_SHARE_DIRECT: number;
    readonly SCARD_LEAVE_CARD: number;
    readonly IOCTL_CCID_ESCAPE: number;
    connect(
      options: { share_mode: number; protocol?: number },
      done: (error?: Error | null, protocol?: number) => void,
    ): void;
    /** @throws Error on a protocol that is no number */
    transmit(
      data: Buffer,
      maxAnswerBytes: number,
      protocol: number,
      done: (error?: Error | null, answer?: Buffer) => void,
    ): void;
    /** To the reader itself, where its driver lets it through. */
    control(data: Buffer, code: number, maxAnswerBytes: number, done: Done): void;
    disconnect(disposition: number, done: Done): void;
  }

  /** pcsclite's list of readers: it is started by pcsclite itself, in the turn after it was made. */
  export interface ReaderList {
    /** `heard` is called with each new list: names, each ended by a zero byte, and a zero byte at the end. */
    start(heard: (error?: Error, names?: Buffer) => void): void;
  }

  /** Emits `error`, and `end` once the reader is watched no more. */
  export interface Reader extends EventEmitter {
    readonly name: string;
    readonly reader: CardReader;
  }

  export class NFC extends EventEmitter {
    /** @throws Error when pcscd refuses; does not return while pcscd is not there */
    constructor();
    readonly pcsc: ReaderList;
    /** Those that are watched now, by name. */
    readonly readers: Readonly<Record<string, CardReader>>;
  }
}
