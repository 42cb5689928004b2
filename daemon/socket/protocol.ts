// The local socket's language: one JSON object a line, `{id, do, …}` one way, `{id, ok, result | error}` the other. Whoever
// may open the socket may speak; nothing that is said can do more than be refused.

import { z } from 'zod';
import { type CommandType, commandTypes } from '../../access/command/command.ts';
import type { Json } from '../../access/event.ts';
import { idPattern } from '../../config/fields.ts';

/** A longer line ends its connection, in either direction read by this program. */
export const maxLineBytes = 64 * 1024;

/** Of `status`, with the devices of the largest config. */
export const maxAnswerBytes = 4 * 1024 * 1024;

const name = z.string().min(1).max(64);
/** UTC milliseconds that a date can show. */
const instantMs = z.number().int().min(-8.64e15).max(8.64e15);

/** Of a call for help, in characters. */
export const maxMessageLength = 200;

const request = z.discriminatedUnion('do', [
  z.object({ do: z.literal('status') }),
  z.object({ do: z.literal('tap'), reader: name, credential: z.string().min(1).max(2048) }),
  z.object({
    do: z.literal('input'),
    accessPoint: name,
    input: z.enum(['contact', 'requestToExit', 'tamper', 'fire', 'help']),
    active: z.boolean(),
  }),
  z.object({
    do: z.literal('command'),
    type: z.enum(commandTypes as readonly [CommandType, ...CommandType[]]),
    mode: z.enum(['controlled', 'unlocked', 'locked', 'lockdown']).optional(),
    accessPoint: name.optional(),
    space: name.optional(),
    reader: name.optional(),
    customer: name.optional(),
    area: name.optional(),
    by: z.string().min(1).max(128),
    untilMs: instantMs.optional(),
    /** All three or none: it then takes effect once, however often it is sent. `id` is the request's own. */
    commandId: z.string().regex(idPattern, 'not an id').optional(),
    issuedAtMs: instantMs.optional(),
    expiresAtMs: instantMs.optional(),
  }),
  z.object({ do: z.literal('identify'), reader: name }),
  z.object({
    do: z.literal('call'),
    accessPoint: name,
    message: z.string().min(1).max(maxMessageLength).nullable(),
    by: z.string().min(1).max(128),
  }),
]);

const framed = z.object({ id: z.union([z.string().max(64), z.number()]).default(0) }).and(request);

export type SocketRequest = z.output<typeof request>;

export interface SocketFailure {
  readonly code: string;
  readonly message: string;
}

export type SocketAnswer =
  | { readonly id: string | number; readonly ok: true; readonly result: Json }
  | { readonly id: string | number | null; readonly ok: false; readonly error: SocketFailure };

/** A request that is refused, or could not be put; the message says what to do. */
export class SocketError extends Error {
  readonly code: string;
  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'SocketError';
    this.code = code;
  }
}

/** Of what may have waited while the daemon stood still, and would let somebody in now. */
export function staleRequest(): SocketError {
  return new SocketError('stale', 'the controller stood still, and this may have waited for long: give it again');
}

/** @throws SocketError `bad-request` */
export function readRequest(line: string): { id: string | number; request: SocketRequest } {
  const read = framed.safeParse(jsonOf(line));
  if (!read.success) {
    const issue = read.error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    throw new SocketError('bad-request', `not a request of this version: ${where}${issue?.message ?? 'unknown'}`);
  }
  const { id, ...rest } = read.data;
  return { id, request: rest };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new SocketError('bad-request', 'not JSON: send one JSON object a line');
  }
}
