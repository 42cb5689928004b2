// Light and buzzer of readers like the ACS ACR122U: one pseudo APDU, "Bi-Color LED and Buzzer Control", that the reader takes
// for itself and does not pass on to a card. The reader answers once it has blinked, so it never blinks for long.

import { allKinds } from '../feedback/look.ts';
import type { Display, ReaderMeans } from '../port.ts';

/** Bits of P2: the colour that stays. Bits 2 and 3 say that both are meant; 4 and 5 begin a blink, 6 and 7 blink. */
const colours: Readonly<Record<Display['light'], number>> = { off: 0, red: 0b01, green: 0b10, amber: 0b11 };
const both = 0b1100;

/** In units of 100 ms, on and off. */
const [on, off] = [1, 1];
/** Together 400 ms: a card that comes meanwhile is read after them. */
const maxBlinks = 2;
const buzzerWhileOn = 1;

export function lightCommand({ light, blinks, beeps }: Display): number[] {
  const colour = colours[light];
  const state = both | colour | (blinks ? (colour << 4) | (colour << 6) : 0);
  const times = Math.min(Math.max(beeps, blinks ? maxBlinks : 0), maxBlinks);
  const timing = times === 0 ? [0, 0, 0, 0] : [on, off, times, beeps > 0 ? buzzerWhileOn : 0];
  return [0xff, 0x00, 0x40, state, timing.length, ...timing];
}

/** By the name that pcscd gives it: those that are known to take the command. */
export function isKnown(name: string): boolean {
  return /\bACR122/i.test(name);
}

export const lightMeans: ReaderMeans = { lights: ['green', 'red', 'amber'], buzzer: true, text: null, kinds: allKinds };
