// Events in plain words, for the staff at the desk: short, true, and saying what to do where there is something to do. One of a newer
// program is shown as it is. Reasons have theirs in access/reasons.ts.

import type { EventType } from '../access/event.ts';

const events: Readonly<Record<EventType, string>> = {
  'access.granted': 'let in',
  'access.denied': 'refused',
  'access.repeated': 'tapped again, door released again',
  'access.not-taken': 'was let in but did not open the door',
  'access.duress': 'entered under duress: call for help',
  'checkin.recorded': 'checked in',
  'checkin.rejected': 'not checked in',
  'checkout.recorded': 'checked out',
  'checkout.orphan': 'left without having been checked in',
  'pass.used': 'a pass was used',
  'coverage.exhausted': "a pass's minutes ran out",
  'charge.proposed': 'a charge was proposed',
  'visitor.arrived': 'a visitor arrived',
  'visitor.departed': 'a visitor left',
  'visitor.refused': 'a visitor was refused',
  'door.opened': 'the door opened',
  'door.closed': 'the door closed',
  'door.forced': 'the door was opened by force',
  'door.pre-alarm': 'the door will soon have been open for too long',
  'door.held': 'the door has been open for too long',
  'door.secured': 'the door is secure again',
  'rex.activated': 'the way out was asked for from inside',
  'fire.activated': 'fire alarm',
  'fire.cleared': 'fire alarm over',
  tamper: 'somebody is tampering with the door',
  'lock.fault': 'a lock does not follow: the details say what to do',
  'lock.restored': 'the lock follows again',
  'input.fault': 'a contact, button or alarm cannot be read: the details say what to do',
  'input.restored': 'it can be read again',
  'accesspoint.mode': "the door's mode changed",
  'reader.online': 'the reader is online',
  'reader.offline': 'the reader is gone',
  'reader.tamper': 'somebody is tampering with the reader',
  'credential.alarm': 'a blocked card or code was presented',
  'credential.attack': 'too many wrong cards or codes in a row',
  'help.requested': 'help was asked for',
  'controller.started': 'the controller started',
  'controller.stopped': 'the controller stopped',
  'clock.stepped': "the controller's clock was set",
  'replica.applied': "the office's latest data is in use",
  'replica.refused': 'data from the office was refused',
  'journal.gap': 'records are missing',
  'storage.low': 'events that the office has not nearly fill the journal',
  'storage.failed': 'a file of this controller failed: the log and the details say which',
  'command.applied': 'a command was carried out',
  'command.refused': 'a command was refused',
  'pass.oversold': 'a pass was used twice at once',
  'charge.confirmed': 'a charge was confirmed',
  'charge.corrected': 'a charge was corrected',
  'charge.waived': 'a charge was waived',
  'oversold.settled': 'a pass that was used twice was settled',
  'visit.reviewed': 'a visit was looked at',
  'ticket.opened': 'somebody needs help: a ticket was opened',
  'ticket.answered': 'a ticket was answered',
  'ticket.closed': 'a ticket was closed',
};

/** A type of event in words; one that is not known here as it is. */
export function eventWords(type: string): string {
  const words: Readonly<Record<string, string>> = events;
  return Object.hasOwn(words, type) ? (words[type] ?? type) : type;
}
