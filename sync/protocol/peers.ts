// What a controller asks the office of the other controllers' journals, and the office's answer: a part of one journal, with the
// hash of the record before it, so that a controller can begin in the midst of a journal on the office's word.

import { z } from 'zod';
import type { JournalCursor } from '../../access/merge/record.ts';
import { type EventBatch, readEventBatch } from './events.ts';
import { countField, hashField, idField } from './fields.ts';
import { type JwsRefusal, refusal, type VerifyOptions, verify } from './jws.ts';

/** Journals that a controller says it knows, at most. */
export const maxKnownJournals = 500;

/** A controller tells how far it knows the site's journals, its own too; `have` as in any want. */
export interface PeersWant {
  readonly have: number;
  readonly peers: readonly Pick<JournalCursor, 'controller' | 'epoch' | 'through'>[];
}

export const peersWantSchema = z.object({
  have: countField,
  peers: z.array(z.object({ controller: idField, epoch: idField, through: countField })).max(maxKnownJournals),
});

export interface PeersAnswer {
  readonly controller: string;
  readonly epoch: string;
  /** How far the controller said that it knows the journal; null: it did not name it. */
  readonly asked: number | null;
  /** The record before the first one here; `seq` 0 with the hash of the genesis. */
  readonly after: { readonly seq: number; readonly hash: string };
  /** The last one that the office has. */
  readonly head: number;
  readonly batch: EventBatch;
}

/** The form of an answer; `openPeersAnswer` reads one. */
export const answerSchema = z.object({
  controller: idField,
  epoch: idField,
  asked: countField.nullable(),
  after: z.object({ seq: countField, hash: hashField }),
  head: countField,
  events: z.array(z.unknown()).min(1),
});

/** The text of an answer. @param texts canonical texts in the order of their sequence */
export function peersAnswerText(
  { controller, epoch, asked, after, head }: Omit<PeersAnswer, 'batch'>,
  texts: readonly string[],
): string {
  return `${JSON.stringify({ controller, epoch, asked, after, head }).slice(0, -1)},"events":[${texts.join(',')}]}`;
}

/** An answer, read: signed by the office for that topic, and events of the journal that it names. */
export function openPeersAnswer(
  compact: string | Uint8Array,
  site: string,
  options: VerifyOptions,
): { readonly ok: true; readonly payload: PeersAnswer } | JwsRefusal {
  const verified = verify(compact, options);
  if (!verified.ok) return verified;
  const read = answerSchema.safeParse(verified.payload);
  if (!read.success) {
    const [issue] = read.error.issues;
    return refusal('payload', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not of its form'}`.slice(0, 100));
  }
  const { controller, epoch, asked, after, head } = read.data;
  const { events } = verified.payload as { events: unknown };
  const batch = readEventBatch({ epoch, events }, { site, controller });
  if (!batch.ok) return refusal('payload', batch.detail.slice(0, 100));
  return { ok: true, payload: { controller, epoch, asked, after, head, batch: batch.batch } };
}
