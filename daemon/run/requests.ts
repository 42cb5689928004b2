// What the local socket may ask of a running controller.

import { commandData } from '../../access/command/command.ts';
import { parseCredential } from '../../access/credential.ts';
import type { Json } from '../../access/event.ts';
import { commandOf, orderOf } from '../socket/command.ts';
import { SocketError, type SocketRequest } from '../socket/protocol.ts';
import type { Doors } from './doors.ts';
import { type Orders, saidLocally } from './orders.ts';
import type { DaemonStatus } from './status.ts';

export interface RequestTarget {
  /** null before the start and after the end. */
  readonly doors: Doors | null;
  readonly orders: Orders;
  status(): DaemonStatus;
}

/** @throws SocketError, CredentialError */
export function answerRequest(target: RequestTarget, request: SocketRequest): Json {
  switch (request.do) {
    case 'status':
      return target.status() as unknown as Json;
    case 'tap':
      return doorsOf(target).readers.present(request.reader, credentialOf(request.credential)) as unknown as Json;
    case 'command': {
      const { controller, standstill } = doorsOf(target);
      const [command, order] = [commandOf(request), orderOf(request)];
      const { unrecorded, ...outcome } = controller.command(command, order, standstill.mayBeOld);
      if (order !== null && unrecorded === true) {
        target.orders.count(order, { ...outcome, unrecorded }, saidLocally(commandData(command), order));
      }
      const named = [...outcome.taken, ...outcome.refused];
      const accessPoints = controller.accessPoints().filter(({ id }) => named.includes(id));
      return { ...outcome, accessPoints } as unknown as Json;
    }
    case 'identify':
      return doorsOf(target).readers.identify(request.reader) as unknown as Json;
    case 'call': {
      const { accessPoint, message, by } = request;
      return doorsOf(target).controller.callHelp({ accessPoint, message, by }) as unknown as Json;
    }
    case 'input': {
      const { accessPoint, input, active } = request;
      doorsOf(target).inputs.move(accessPoint, input, active);
      const after = doorsOf(target)
        .controller.accessPoints()
        .find(({ id }) => id === accessPoint);
      return (after ?? null) as unknown as Json;
    }
  }
}

function credentialOf(text: string): ReturnType<typeof parseCredential> {
  try {
    return parseCredential(text);
  } catch (error) {
    throw new SocketError('bad-credential', error instanceof Error ? error.message : String(error), error);
  }
}

function doorsOf({ doors }: RequestTarget): Doors {
  if (doors !== null) return doors;
  throw new SocketError('closed', 'the doors do not work now: look at the log of cardea run');
}
