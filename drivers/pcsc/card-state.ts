// What changed on a reader between two of its states. pcscd counts each coming and going of a card in the upper half of
// the state, so that a card which came and went between two looks is missed knowingly.

/** SCARD_STATE_PRESENT. */
const presentBit = 0x20;

export interface CardState {
  readonly present: boolean;
  /** Comings and goings so far, modulo 65,536. */
  readonly moves: number;
}

export function cardState(state: number): CardState {
  return { present: (state & presentBit) !== 0, moves: (state >>> 16) & 0xffff };
}

export interface CardChange {
  /** The card that was there is gone. */
  readonly left: boolean;
  /** A card is there that was not. */
  readonly came: boolean;
  /** Cards that came and went in between. */
  readonly missed: number;
}

export function cardChange(before: CardState, now: CardState): CardChange {
  const moves = (now.moves - before.moves) & 0xffff;
  const left = before.present && (!now.present || moves > 0);
  const came = now.present && (!before.present || moves > 0);
  const comings = before.present ? Math.floor(moves / 2) : Math.ceil(moves / 2);
  return { left, came, missed: Math.max(comings - (came ? 1 : 0), 0) };
}
