// How each kind of feedback looks and sounds on a reader with a light and a buzzer. Every denial looks alike there: which
// kind it is only a text says.

import type { FeedbackKind } from '../../access/feedback/kind.ts';
import type { Display, ReaderMeans } from '../port.ts';

type Look = Pick<Display, 'light' | 'blinks' | 'beeps'>;

const denied: Look = { light: 'red', blinks: false, beeps: 2 };
const waiting: Look = { light: 'amber', blinks: true, beeps: 1 };

const looks: Readonly<Record<FeedbackKind, Look>> = {
  granted: { light: 'green', blinks: false, beeps: 1 },
  unknown: denied,
  'not-now': denied,
  'no-pass': denied,
  'door-closed': denied,
  'not-here': denied,
  'try-again': denied,
  pin: waiting,
  'second-person': waiting,
  'pre-alarm': { light: 'amber', blinks: true, beeps: 1 },
  held: { light: 'red', blinks: true, beeps: 3 },
  'not-trusted': { light: 'amber', blinks: false, beeps: 0 },
  identify: { light: 'green', blinks: true, beeps: 2 },
  idle: { light: 'off', blinks: false, beeps: 0 },
};

export const allKinds = Object.keys(looks) as readonly FeedbackKind[];

/** What a reader with these means is to be told. */
export function displayOf(
  kind: FeedbackKind,
  texts: Readonly<Record<FeedbackKind, string>>,
  { text }: ReaderMeans,
): Display {
  return { kind, ...looks[kind], text: text === null ? '' : fitted(texts[kind], text.columns * text.rows) };
}

/** Whole characters, as many as there is room for. */
function fitted(text: string, room: number): string {
  return [...text].slice(0, room).join('');
}
