// `cardea status`: how the running controller is, for a person or (interfaces.md section 7) for a program.

import type { Command } from 'commander';
import type { DaemonStatus } from '../../run/status.ts';
import { ask, type SocketOptions, socketOption } from '../../socket/ask.ts';
import type { Io } from '../io.ts';
import { columns, localTime, plain } from '../text.ts';

/** A replica is too old from then on (rules.md section 4). */
const staleS = 24 * 3600;

export function registerStatus(program: Command, io: Io): void {
  program
    .command('status')
    .description('how the running controller is: doors, readers, replica, what the office has not got yet')
    .option(...socketOption)
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  cardea status')
    .action(async (options: SocketOptions) => {
      const status = (await ask(options, { do: 'status' }, io)) as unknown as DaemonStatus;
      if (options.json === true) io.out(JSON.stringify(status));
      else for (const line of statusLines(status)) io.out(line);
    });
}

export function statusLines(status: DaemonStatus): string[] {
  const { site, controller, version, replicaAgeS, clock, accessPoints, readers } = status;
  const { storage } = status;
  const lines = [
    `${plain(site)}/${plain(controller)}, version ${plain(version)}`,
    ...(status.office === 'none' ? [] : [columns(['broker', brokerWords(status)], [8])]),
    columns(['office', officeWords(status)], [8]),
    columns(['replica', replicaWords(status)], [8]),
    columns(['clock', clockWords(clock)], [8]),
  ];
  if (status.upstream.state === 'silent') {
    lines.push(`warning: the office does not answer: ${plain(status.upstream.advice ?? '')}`);
  }
  if (storage.unwritten > 0) {
    const what = `${storage.unwritten} decisions are in memory only`;
    lines.push(`warning: the journal cannot be written, ${what}: free or mend the disk, cardea doctor says which`);
  }
  if (storage.journal.low) {
    const { bytes, maxBytes } = storage.journal;
    const mend = 'bring the office back, or raise journal.maxBytes where the disk has room';
    lines.push(
      `warning: events that the office has not nearly fill the journal (${bytes} of ${maxBytes} bytes): ${mend}`,
    );
  }
  if (replicaAgeS !== null && replicaAgeS > staleS) {
    lines.push('warning: the replica is older than 24 h: see that the office and the broker run');
  }
  const doorWidths = [20, 12, 10, 9];
  lines.push('', columns(['door', 'mode', 'lock', 'contact', 'set by'], doorWidths));
  for (const { id, mode, lock, contact, by, until } of accessPoints) {
    const ends = until === null ? '' : ` until ${localTime(until)}`;
    lines.push(columns([id, mode, lock, contact ?? '-', by === null ? '-' : `${by}${ends}`], doorWidths));
  }
  for (const { id, faults } of accessPoints) {
    for (const { part, code, message, since } of faults) {
      lines.push(`fault: ${part} of ${id} since ${localTime(since)}: ${plain(message)} (${code})`);
    }
  }
  const readerWidths = [20, 12, 14];
  lines.push('', columns(['reader', 'state', 'shows', 'dropped'], readerWidths));
  for (const { id, online: there, dropped, feedback } of readers) {
    const counts = Object.entries(dropped).map(([reason, count]) => `${reason} ${count}`);
    const shows = feedback?.shows?.kind ?? '-';
    const lost = counts.length === 0 ? '-' : counts.join(', ');
    lines.push(columns([id, there ? 'online' : 'OFFLINE', shows, lost], readerWidths));
  }
  return lines;
}

function replicaWords({ revision, newestRevision, replicaAgeS }: DaemonStatus): string {
  const newer = newestRevision > revision ? `; the office has ${newestRevision}, which is not here yet` : '';
  if (replicaAgeS === null) return `none yet: nobody is known${newer}`;
  return `revision ${revision}, ${ageWords(replicaAgeS)} old${newer}`;
}

function officeWords({ office, upstream, pending }: DaemonStatus): string {
  if (office === 'none') return 'none in the config (upstream): this controller works alone';
  const { state, last, waiting } = upstream;
  const heard = {
    none: 'not heard',
    'no-broker': 'not reached',
    unheard: 'not heard yet on this connection',
    heard: 'heard',
    silent: 'DOES NOT ANSWER',
  }[state];
  const word = last === null ? 'never a word' : `last word ${localTime(last.at)} (${last.what})`;
  const since = waiting.since === null || pending === 0 ? '' : `, the oldest since ${localTime(waiting.since)}`;
  return `${heard}; ${word}; ${pending} events to deliver${since}`;
}

function brokerWords({ upstream }: DaemonStatus): string {
  const { connected, since, detail } = upstream.broker;
  const when = since === null ? '' : ` since ${localTime(since)}`;
  return connected ? `connected${when}` : `not connected${when}: ${plain(detail)}`;
}

function clockWords({ synchronised, time, least }: DaemonStatus['clock']): string {
  if (synchronised) return 'synchronised';
  return `NOT synchronised, it says ${time}; it is ${least} or later, and decisions are careful (rules.untrustedClock)`;
}

function ageWords(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 2 * 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
}
