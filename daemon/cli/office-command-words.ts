// A command of the office with what became of it: as an object for programs, and in words.

import { commandData } from '../../access/command/command.ts';
import type { JsonObject } from '../../access/event.ts';
import type { StoredCommand } from '../../sync/office/store/commands.ts';
import { commandReasonWords } from '../command-words.ts';
import { localTime, plain } from './text.ts';

export function commandLine(stored: StoredCommand): JsonObject {
  const { id, controller, command, issuedAtMs, expiresAtMs, state, reason, sent, answeredMs } = stored;
  return {
    id,
    controller,
    command: commandData(command),
    issuedAt: new Date(issuedAtMs).toISOString(),
    expiresAt: new Date(expiresAtMs).toISOString(),
    outcome: state,
    reason,
    sent,
    answeredAt: answeredMs === null ? null : new Date(answeredMs).toISOString(),
  };
}

/** `front-desk: unlock front-door: done`. */
export function outcomeWords(stored: StoredCommand): string {
  return plain(`${stored.controller}: ${askedWords(stored)}: ${becameWords(stored)}`);
}

/** `mode lockdown riverside`. */
export function askedWords({ command }: StoredCommand): string {
  const { type, mode, customer, area, accessPoint, space, reader } = commandData(command);
  return [type, mode, customer, area, accessPoint, space, reader].filter((word) => typeof word === 'string').join(' ');
}

export function becameWords({ state, reason, command, sent, expiresAtMs }: StoredCommand): string {
  const { accessPoint } = commandData(command);
  const why =
    reason === null ? '' : `: ${commandReasonWords(reason, typeof accessPoint === 'string' ? accessPoint : 'DOOR')}`;
  switch (state) {
    case 'done':
      return `done${why}`;
    case 'refused':
    case 'expired':
      return `${state}${why}`;
    case 'waiting':
      return sent === 0
        ? `not sent yet (is \`cardea office run\` running, and the broker there?): it may be carried out until ${localTime(new Date(expiresAtMs).toISOString())}`
        : `sent, and no answer yet: it may be carried out until ${localTime(new Date(expiresAtMs).toISOString())}`;
    case 'unanswered':
      return 'no answer before it expired: whether it was carried out is not known';
    case 'unsent':
      return 'it expired before it could be sent: it was not carried out';
  }
}
