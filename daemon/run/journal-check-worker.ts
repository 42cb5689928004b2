// The whole check of a journal, on a thread of its own: it may take minutes and never delays a tap.

import { parentPort, workerData } from 'node:worker_threads';
import { verifyJournal } from '../../db/journal/verify.ts';

const { file } = workerData as { readonly file: string };
parentPort?.postMessage(verifyJournal(file));
