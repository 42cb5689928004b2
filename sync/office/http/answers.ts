// Answers to requests that carry an Idempotency-Key: kept in the transaction of what was done, so that the same request again, after a
// lost answer or a crash, does nothing twice and hears the same. Kept for a day.

import { hash } from 'node:crypto';
import type { OfficeStore } from '../store/open.ts';
import type { Answer } from './api.ts';
import { HttpProblem } from './problem.ts';

const keptMs = 86_400_000;
/** Of one token at a time; the oldest go. */
const maxKept = 10_000;

export interface Asked {
  readonly token: string;
  readonly key: string;
  /** All that the request says. */
  readonly text: string;
  readonly nowMs: number;
}

interface Row {
  readonly request: string;
  readonly status: 200 | 201 | 204;
  readonly body: string;
  readonly version: string | null;
}

/** In a transaction. @throws HttpProblem 422 where the key was used for something else. */
export function answerOnce({ db }: OfficeStore, { token, key, text, nowMs }: Asked, work: () => Answer): Answer {
  const request = hash('sha256', text, 'hex');
  const kept = db
    .prepare<[string, string, number], Row>(
      'SELECT request, status, body, version FROM answers WHERE token = ? AND key = ? AND at_ms > ?',
    )
    .get(token, key, nowMs - keptMs);
  if (kept !== undefined) {
    if (kept.request === request) {
      return { status: kept.status, body: JSON.parse(kept.body) as unknown, version: kept.version };
    }
    throw new HttpProblem(422, 'idempotency-key', 'this Idempotency-Key was used for another request: make a new one');
  }
  const answer = work();
  db.prepare('DELETE FROM answers WHERE at_ms <= ?').run(nowMs - keptMs);
  db.prepare(
    'INSERT OR REPLACE INTO answers (token, key, request, status, body, version, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ).run(token, key, request, answer.status ?? 200, JSON.stringify(answer.body ?? null), answer.version ?? null, nowMs);
  db.prepare(
    `DELETE FROM answers WHERE token = ? AND key IN
     (SELECT key FROM answers WHERE token = ? ORDER BY at_ms DESC LIMIT -1 OFFSET ?)`,
  ).run(token, token, maxKept);
  return answer;
}
