// After the start: the whole journal is checked beside the taps (architecture.md, 10), once, and told of.

import type { Verification } from '../../db/journal/verify.ts';
import { wordsOf } from './error.ts';
import { startWorker } from './worker.ts';

export type CheckOutcome =
  | { readonly outcome: 'checked'; readonly verification: Verification }
  /** The check itself failed; nothing is known of the journal. */
  | { readonly outcome: 'failed'; readonly message: string };

export interface JournalCheck {
  /** Ends it where it still runs; `done` is then not called. */
  stop(): Promise<void>;
}

export function checkJournal(file: string, done: (outcome: CheckOutcome) => void): JournalCheck {
  let over = false;
  const finish = (outcome: CheckOutcome): void => {
    if (!over) done(outcome);
    over = true;
  };
  const worker = startWorker('run/journal-check-worker', { file });
  worker.on('message', (verification: Verification) => finish({ outcome: 'checked', verification }));
  worker.on('error', (error) => finish({ outcome: 'failed', message: wordsOf(error) }));
  worker.on('exit', (code) => finish({ outcome: 'failed', message: `the thread ended with ${code}` }));
  return {
    stop: async () => {
      over = true;
      await worker.terminate();
    },
  };
}
