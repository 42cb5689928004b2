// The way to the broker, as both ends of the wire see it. One connection at a time, no retries of its own, no promise that
// anything arrives: whoever needs a message sends it again.

/** Why there is no connection: a stable code, and one sentence that says what to do. */
export interface LinkFault {
  readonly code: string;
  readonly message: string;
}

export interface ConnectRequest {
  readonly clientId: string;
  /** Published by the broker, retained, when the connection breaks; null for none. */
  readonly will: { readonly topic: string; readonly payload: string } | null;
  /** All with QoS 1. The session is clean: nothing is queued while this end is away. */
  readonly subscriptions: readonly string[];
  /** A longer message is dropped unread, and only reported. */
  readonly maxMessageBytes: number;
}

export interface ConnectionHandlers {
  /** Connected, and subscribed to everything. Once. */
  up(): void;
  /** `retained`: the broker had kept it, it was not published just now. */
  message(topic: string, payload: Uint8Array, retained: boolean): void;
  /** A message of `bytes` was dropped unread. */
  oversized(topic: string, bytes: number): void;
  /** The attempt failed or the connection is gone. Once; nothing is called afterwards. */
  down(fault: LinkFault): void;
}

export interface PublishOptions {
  readonly retain: boolean;
  /** The broker has taken it (PUBACK). Never called where the connection ends first, nor after `close` or `drop`. */
  readonly delivered?: () => void;
}

/** One connection to the broker, or one attempt at it. */
export interface Connection {
  /**
   * Hands a message over, QoS 1. false: the queue to the broker is full or there is no connection, and the message is
   * dropped.
   */
  publish(topic: string, payload: string | Uint8Array, options: PublishOptions): boolean;
  /** Sends what was handed over, says goodbye (no last will) and calls `done`, once. Calls no handler any more. */
  close(done: () => void): void;
  /** Ends it at once, as a broken network would. Calls no handler any more. */
  drop(): void;
}

/** Makes one attempt per call and never tries again by itself. */
export interface Transport {
  /** Never throws, and calls no handler before it has returned. */
  connect(request: ConnectRequest, handlers: ConnectionHandlers): Connection;
}
