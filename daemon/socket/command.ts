// A command as the local socket takes it: with exactly the keys that its type names, and, where it is to take effect once however
// often it is sent, with its id, issue and expiry.

import { type Command, commandFrom } from '../../access/command/command.ts';
import type { Order } from '../../access/command/order.ts';
import { SocketError, type SocketRequest } from './protocol.ts';

type CommandRequest = Extract<SocketRequest, { do: 'command' }>;

/** @throws SocketError `bad-request` */
export function commandOf(request: CommandRequest): Command {
  const command = commandFrom(request);
  if (typeof command === 'string') throw new SocketError('bad-request', command);
  return command;
}

/** null: it was given here and now. @throws SocketError `bad-request` */
export function orderOf({ commandId, issuedAtMs, expiresAtMs }: CommandRequest): Order | null {
  if (commandId === undefined && issuedAtMs === undefined && expiresAtMs === undefined) return null;
  if (commandId !== undefined && issuedAtMs !== undefined && expiresAtMs !== undefined) {
    return { id: commandId, issuedAtMs, expiresAtMs };
  }
  throw new SocketError('bad-request', 'commandId, issuedAtMs and expiresAtMs go together: name all or none');
}
