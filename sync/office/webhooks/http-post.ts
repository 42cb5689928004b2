// The real POST, over Node's own fetch. An endpoint that is slow, or sends without end, holds nothing for longer than the bound.

import type { Post } from './port.ts';

/** From the beginning of a request to the head of its answer. */
const answerWithinMs = 15_000;

export const httpPost: Post = async ({ url, headers, body, signal }) => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    });
    await response.body?.cancel();
    return { outcome: 'answered', status: response.status, retryAfter: response.headers.get('retry-after') };
  } catch (error) {
    return { outcome: 'failed', reason: reasonOf(error) };
  }
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${answerWithinMs / 1000} s`;
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const code = 'code' in cause ? String(cause.code) : '';
  return cause.message === '' ? code : cause.message;
}
