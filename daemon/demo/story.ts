// What the demo plays: a few minutes of a coworking space in a few seconds, all through the doors' real path. Each answer is
// the controller's own, each line about the office is read from the office's own records.

import type { Clock } from '../../access/clock.ts';
import { recordOf, textOf } from '../../config/raw.ts';
import { type CheckinLine, checkins, present } from '../../sync/office/visits/query.ts';
import { localTime } from '../cli/text.ts';
import { askDaemon } from '../socket/client.ts';
import { tapWords, usageWords } from '../socket/tap-words.ts';
import { cards, type HalfDay, type Person } from './members.ts';
import type { DemoSystem } from './system.ts';

export interface Teller {
  readonly clock: Clock;
  say(line: string): void;
}

/** How long Cleo stays. */
const stayMs = 2_000;
const pollMs = 50;
const patienceMs = 30_000;

export async function playStory(system: DemoSystem, half: HalfDay, teller: Teller): Promise<void> {
  const { say, clock } = teller;
  const tap = (person: Person, reader: string): Promise<Tapped> => presentAt(system, teller, person, reader);
  await until(teller, 'the replica at the door', () => system.controller.status().revision > 0);
  say(`The office has sent the door its data: replica revision ${system.controller.status().revision}.`);
  say('From here on the door decides on its own.');

  say('\nAna has a day pass. She holds her card to the reader outside:');
  await tap('ana', 'front-in');
  say("\nDan's card was reported lost:");
  await tap('dan', 'front-in');
  say(`\nBen has a pass for ${half.from} to ${half.to} (${half.name}). It is ${timeOf(clock)} now:`);
  await tap('ben', 'front-in');
  say('\nCleo has ten hours to use up minute by minute. She comes in …');
  await tap('cleo', 'front-in');
  await pause(clock, stayMs);
  say(`\n… and leaves again after ${stayMs / 1000} seconds; a minute begun counts:`);
  const { events } = await tap('cleo', 'front-out');
  sayMinutes(events, say);

  await until(teller, 'the office to have everything', () => {
    const ended = system.office((store) => [...checkins(store)].filter(({ to }) => to !== null).length);
    return ended > 0 && system.controller.status().pending === 0;
  });
  sayOffice(system, teller);
}

interface Tapped {
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

async function presentAt(system: DemoSystem, { say }: Teller, person: Person, reader: string): Promise<Tapped> {
  const result = recordOf(await askDaemon(system.folder.socket, { do: 'tap', reader, credential: cards[person] }));
  const events = Array.isArray(result.events) ? result.events.map(recordOf) : [];
  const { granted, reason, direction, feedback } = result;
  const answer = { granted: granted === true, reason: textOf(reason) ?? '', direction: textOf(direction) ?? '' };
  for (const line of tapWords(answer, events, feedback)) say(`  ${line}`);
  return { events };
}

function sayMinutes(events: Tapped['events'], say: (line: string) => void): void {
  const checkout = recordOf(events.find(({ type }) => type === 'checkout.recorded')?.data);
  const usage = Array.isArray(checkout.usage) ? checkout.usage.map((use) => usageWords(recordOf(use))) : [];
  say(`  Counted: ${usage.length === 0 ? 'nothing' : usage.join(', ')}.`);
}

function sayOffice(system: DemoSystem, { say, clock }: Teller): void {
  say('\nMeanwhile everything has reached the office. Who is inside (cardea office present):');
  for (const { name, space, minutes, coverage } of system.office((store) => [...present(store, clock.now().wallMs)])) {
    say(`  ${name} in ${space}, for ${minutes} min (${coverage ?? 'no coverage'})`);
  }
  say('Visits (cardea office checkins):');
  for (const line of system.office((store) => [...checkins(store)])) say(`  ${visitWords(line)}`);
}

function visitWords({ customer, from, to, passes }: CheckinLine): string {
  const until = to === null ? 'still there' : `until ${localTime(to)}`;
  return `${customer}: from ${localTime(from)}, ${until}${passes.length === 0 ? '' : `, on ${passes.join(', ')}`}`;
}

function timeOf(clock: Clock): string {
  const now = new Date(clock.now().wallMs);
  return `${String(now.getHours()).padStart(2, '0')}:${String(now.getMinutes()).padStart(2, '0')}`;
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after('demo', ms, resolve));
}

async function until({ clock }: Teller, what: string, holds: () => boolean): Promise<void> {
  const endMs = clock.now().sinceBootMs + patienceMs;
  while (!holds()) {
    if (clock.now().sinceBootMs > endMs) throw new Error(`the demo waited ${patienceMs / 1000} s for ${what}`);
    await pause(clock, pollMs);
  }
}
