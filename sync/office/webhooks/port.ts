// How a message leaves the office: one POST, and what the other end said to it.

export interface PostRequest {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  /** Gives the request up; it then settles as `failed`. */
  readonly signal: AbortSignal;
}

export type PostAnswer =
  | {
      readonly outcome: 'answered';
      readonly status: number /** The header, as it came. */;
      readonly retryAfter: string | null;
    }
  /** There was no answer: no connection, a certificate that is not believed, too slow. In words. */
  | { readonly outcome: 'failed'; readonly reason: string };

/** Never rejects. Follows no redirect, and reads no body. */
export type Post = (request: PostRequest) => Promise<PostAnswer>;
