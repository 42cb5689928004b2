// A command as the local socket takes it: exactly one target, and a mode where one is to be set.

import type { CommandTarget, DoorCommand } from '../../access/door/command.ts';
import { SocketError, type SocketRequest } from './protocol.ts';

/** @throws SocketError `bad-request` */
export function commandOf(request: Extract<SocketRequest, { do: 'command' }>): DoorCommand {
  const { type, mode, accessPoint, space, by, untilMs } = request;
  if ((accessPoint === undefined) === (space === undefined)) {
    throw new SocketError('bad-request', 'a command names exactly one of accessPoint and space');
  }
  const target: CommandTarget = {
    ...(accessPoint === undefined ? {} : { accessPoint }),
    ...(space === undefined ? {} : { space }),
    by,
  };
  if (type !== 'mode') {
    if (mode === undefined && untilMs === undefined) return { type, ...target };
    throw new SocketError('bad-request', `${type} takes neither a mode nor until: the command mode does`);
  }
  if (mode === undefined) throw new SocketError('bad-request', 'the command mode names a mode');
  return { type, mode, ...target, ...(untilMs === undefined ? {} : { untilMs }) };
}
