// What readers show: for how long, with which words, and the lines that are written back to a serial reader.

import { z } from 'zod';
import { denialKinds, type FeedbackKind, feedbackKinds } from '../../access/feedback/kind.ts';
import { durationOr } from '../fields.ts';
import type { FeedbackSettings } from '../types.ts';

/** As a config writes each kind. */
export const feedbackKeys = {
  granted: 'granted',
  unknown: 'unknown',
  'not-now': 'notNow',
  'no-pass': 'noPass',
  'door-closed': 'doorClosed',
  'not-here': 'notHere',
  'try-again': 'tryAgain',
  pin: 'pin',
  'second-person': 'secondPerson',
  'pre-alarm': 'preAlarm',
  held: 'held',
  'not-trusted': 'notTrusted',
  identify: 'identify',
  idle: 'idle',
} as const satisfies Readonly<Record<FeedbackKind, string>>;

type FeedbackKey = (typeof feedbackKeys)[FeedbackKind];

/** Words that need no language. */
const defaultTexts: Readonly<Record<FeedbackKind, string>> = {
  granted: 'OK',
  unknown: '?',
  'not-now': 'TIME',
  'no-pass': 'PASS',
  'door-closed': 'STOP',
  'not-here': 'ZONE',
  'try-again': 'RETRY',
  pin: 'PIN',
  'second-person': '+1',
  'pre-alarm': 'DOOR',
  held: 'DOOR!',
  'not-trusted': 'SYNC',
  identify: 'ID',
  idle: '',
};

const maxTextLength = 32;
const textWords = `a text of at most ${maxTextLength} characters, none of them a control character`;

function word(kind: FeedbackKind) {
  const fallback = defaultTexts[kind];
  return z
    .string({ error: textWords })
    .max(maxTextLength, { error: textWords })
    .regex(/^\P{Cc}*$/u, { error: textWords })
    .default(fallback)
    .describe(`what a reader with a text display says (at most ${maxTextLength} characters; default "${fallback}")`);
}

const texts = z
  .strictObject(shapeOf(word))
  .transform((written): FeedbackSettings['texts'] => byKind((kind) => written[feedbackKeys[kind]]))
  .prefault({});

export const feedback = z
  .strictObject({
    answer: durationOr('3s', '500ms', '1m', 'how long a reader shows its answer to a tap'),
    waiting: durationOr('10s', '1s', '2m', 'how long it shows that a PIN or a second person is waited for'),
    identify: durationOr('10s', '1s', '5m', 'how long it shows which one it is'),
    again: durationOr('2s', '1s', '1m', 'how often an alarm, or identify, is shown anew while it lasts'),
    texts: texts.describe('the words for readers with a text display'),
  })
  .transform(({ answer: answerMs, waiting: waitingMs, identify: identifyMs, again: againMs, texts }) => {
    return { answerMs, waitingMs, identifyMs, againMs, texts } satisfies FeedbackSettings;
  })
  .prefault({});

const maxLineBytes = 256;
const lineWords = `a text of 1 to ${maxLineBytes} bytes, written as it is ("\\r\\n" ends a line)`;

const line = z
  .string({ error: lineWords })
  .min(1, { error: lineWords })
  .max(maxLineBytes, { error: lineWords })
  .refine((written) => Buffer.byteLength(written) <= maxLineBytes, { error: lineWords })
  .optional()
  .describe(`written to the reader for it (1 to ${maxLineBytes} bytes; default nothing)`);

/** What is written back to a serial reader; `denied` stands for every kind of denial that has no line of its own. */
export const serialFeedback = z
  .strictObject({ ...shapeOf(() => line), denied: line })
  .transform((written): Readonly<Partial<Record<FeedbackKind, string>>> => {
    const denied = written.denied === undefined ? [] : denialKinds.map((kind) => [kind, written.denied] as const);
    const own = feedbackKinds.flatMap((kind) => {
      const text = written[feedbackKeys[kind]];
      return text === undefined ? [] : [[kind, text] as const];
    });
    return Object.fromEntries([...denied, ...own]);
  });

function shapeOf<Field>(field: (kind: FeedbackKind) => Field): Record<FeedbackKey, Field> {
  const entries = feedbackKinds.map((kind) => [feedbackKeys[kind], field(kind)]);
  return Object.fromEntries(entries) as Record<FeedbackKey, Field>;
}

function byKind(text: (kind: FeedbackKind) => string): Record<FeedbackKind, string> {
  return Object.fromEntries(feedbackKinds.map((kind) => [kind, text(kind)])) as Record<FeedbackKind, string>;
}
