// What the daemon and its PC/SC process say to each other over Node's channel between parent and child. Both ends are of
// one build, so there is no version and nothing optional.

/** What was found on a reader: the UID of a card, in canonical form, or why there is none (card-read.ts). */
export type CardOutcome = { readonly uid: string } | { readonly refused: string };

export type ToHost =
  /** Shows that its loop turns. */
  | { readonly type: 'beat' }
  /** A command that the reader takes for itself. Each is answered by one `told`; a reader that is gone answers none. */
  | { readonly type: 'tell'; readonly reader: string; readonly command: readonly number[] };

export type FailureCode =
  /** nfc-pcsc is there and could not be loaded. */
  | 'driver-failed'
  | 'pcscd-missing'
  | 'no-permission'
  /** pcscd was there and is gone. */
  | 'pcscd-lost';

export type FromHost =
  | { readonly type: 'beat' }
  /** The readers that are watched from now on: all that pcscd has. First message of a life that did not fail. */
  | { readonly type: 'listed'; readonly names: readonly string[] }
  /** Its first state is known: what comes from now on is new. */
  | { readonly type: 'watching'; readonly reader: string }
  /** `stale`: it lay there when the reader began to be watched. */
  | { readonly type: 'card'; readonly reader: string; readonly outcome: CardOutcome; readonly stale: boolean }
  /** What it was to be told is over, taken or not. */
  | { readonly type: 'told'; readonly reader: string }
  /** The card is gone. */
  | { readonly type: 'empty'; readonly reader: string }
  /** Cards that came and went before they could be read. */
  | { readonly type: 'missed'; readonly reader: string; readonly count: number }
  /** The reader cannot be watched any more, in the words of pcscd's library; a new list follows. */
  | { readonly type: 'broken'; readonly reader: string; readonly detail: string }
  /** The last message: all is over. */
  | { readonly type: 'failed'; readonly code: FailureCode; readonly detail: string };
