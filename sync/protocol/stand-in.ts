// What a controller sends in the place of records that it has no more, or cannot read or send: the places, the hash of the
// last of them, so that the chain can be followed past them, and what is left of their text. Nothing else may be left out.

import { isHash, isObject, isSeq } from './event-form.ts';

export interface StandIn {
  /** The first place that it stands for. */
  readonly seq: number;
  /** The last one. */
  readonly through: number;
  /** Of the record in the last place, as its journal knows it. */
  readonly hash: string;
  /** Why, in words. */
  readonly lost: string;
  /** What is there instead, of a single place; null: nothing. */
  readonly text: string | null;
}

const maxWords = 300;

export function standInText({ seq, through, hash, lost, text }: StandIn): string {
  const kept = text === null ? {} : { text };
  return JSON.stringify({ hash, lost: lost.slice(0, maxWords), seq, ...kept, through });
}

/** null: it is none. An event always names the one before it, and a stand-in never does. */
export function readStandIn(value: unknown): StandIn | null {
  if (!isObject(value) || 'prev' in value) return null;
  const { seq, through = seq, hash, lost, text } = value;
  if (!isSeq(seq) || !isSeq(through) || through < seq || !isHash(hash) || typeof lost !== 'string') return null;
  const single = through === seq && typeof text === 'string';
  return { seq, through, hash, lost: lost.slice(0, maxWords), text: single ? text : null };
}
