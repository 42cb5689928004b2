// A ticket is answered, where staff choose by opening the door that it is about, and closed: records of the office's own journal.

import { v4 } from 'uuid';
import type { EventDraft } from '../../../access/event.ts';
import { act, type By, byData, type Desk, refusal } from '../acts/act.ts';
import { addCommand } from '../store/commands.ts';
import { readTicket, type Ticket } from './read.ts';
import { TicketTable } from './table.ts';

/** Whoever waits at the door goes away in time. */
const unlockLifeMs = 30_000;

export interface Answering extends By {
  /** Gives the `unlock` command to the controller of the door. */
  readonly openDoor: boolean;
}

/** @returns the ticket as it is now; of a door that is to open, the last of its answers names the command. @throws OfficeError */
export function answerTicket(desk: Desk, id: string, { openDoor, ...by }: Answering): Ticket {
  const { store, clock, random } = desk;
  const said = byData(by);
  act(desk, () => {
    const ticket = openTicket(desk, id);
    const nowMs = clock.now().wallMs;
    const command = openDoor ? v4({ random: random.bytes(16) }) : undefined;
    if (command !== undefined) {
      const { controller, accessPoint } = ticket;
      if (accessPoint === null)
        throw refusal('no-door', `ticket ${id} is about no door: answer it without opening one`);
      const unlock = { type: 'unlock', accessPoint, by: said.by.slice(0, 128) } as const;
      addCommand(store, { id: command, controller, command: unlock, nowMs, lifeMs: unlockLifeMs });
    }
    new TicketTable(store).settle(id, 'answered', Math.trunc(nowMs));
    return { drafts: [draftOf('ticket.answered', ticket, { ...said, ...(command === undefined ? {} : { command }) })] };
  });
  return readTicket(store, id);
}

/** @throws OfficeError */
export function closeTicket(desk: Desk, id: string, by: By): Ticket {
  const said = byData(by);
  act(desk, () => {
    const ticket = openTicket(desk, id);
    new TicketTable(desk.store).settle(id, 'closed', Math.trunc(desk.clock.now().wallMs));
    return { drafts: [draftOf('ticket.closed', ticket, said)] };
  });
  return readTicket(desk.store, id);
}

function openTicket({ store }: Desk, id: string): Ticket {
  const ticket = readTicket(store, id);
  if (ticket.state === 'closed')
    throw refusal('closed', `ticket ${id} is closed: what happens since then gets another`);
  return ticket;
}

function draftOf(
  type: 'ticket.answered' | 'ticket.closed',
  { ticket, holder }: Ticket,
  said: EventDraft['data'],
): EventDraft {
  const who = holder === null ? {} : { holder: { kind: holder.kind, id: holder.id } };
  return { type, data: { ticket, ...who, ...said } };
}
