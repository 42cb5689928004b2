// How the commands that speak to a running controller find its socket, and how its refusals become exit statuses.

import type { Json } from '../../access/event.ts';
import { CliError } from '../cli/cli-error.ts';
import type { Io } from '../cli/io.ts';
import { find } from '../cli/where.ts';
import { askDaemon } from './client.ts';
import { SocketError, type SocketRequest } from './protocol.ts';

export interface SocketOptions {
  readonly socket?: string;
  readonly json?: boolean;
}

export const socketOption = [
  '--socket <path>',
  "the daemon's socket (default: /var/lib/cardea/cardea.sock, else that of a running demo)",
] as const;

/** @throws CliError with status 2 where what was asked for makes no sense, else 1. */
export async function ask(options: SocketOptions, request: SocketRequest, io: Io): Promise<Json> {
  try {
    return await askDaemon(find('socket', options.socket, io.places), request);
  } catch (error) {
    if (!(error instanceof SocketError)) throw error;
    const usage = error.code === 'bad-credential' || error.code === 'bad-request';
    throw new CliError(error.code, error.message, usage ? 2 : 1, error);
  }
}
