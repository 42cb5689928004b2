// `cardea demo`: the whole system on this machine with nothing else installed. It plays one story, then stays up for
// whoever wants to try the commands in a second terminal, and leaves nothing behind.

import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { systemClock } from '../../clock/trust.ts';
import { cards, type HalfDay, halfDayOutside } from '../../demo/members.ts';
import { playStory } from '../../demo/story.ts';
import { type DemoSystem, startSystem } from '../../demo/system.ts';
import type { Io } from '../io.ts';
import { type DemoPointer, readDemoPointer, removeDemoPointer, writeDemoPointer } from '../where.ts';

export function registerDemo(program: Command, io: Io): void {
  program
    .command('demo')
    .description('a whole system on this machine, with a story played through it; then yours to try, until Ctrl-C')
    .option('--once', 'end after the story')
    .addHelpText('after', '\nExample:\n  cardea demo')
    .action(async (options: { once?: boolean }) => {
      const stopped = io.stopSignal();
      const { clock, stop } = await systemClock();
      try {
        await demo({ ...io, clock }, options.once === true, stopped);
      } finally {
        stop();
      }
    });
}

async function demo(io: Io, once: boolean, stopped: Promise<unknown>): Promise<void> {
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const half = halfDayOutside(new Date(io.clock.now().wallMs).getHours());
  io.out('Cardea demo: a broker, an office and a controller with two simulated doors, all in this process.');
  const system = await startSystem({ clock: io.clock, random: io.random }, timeZone, half);
  try {
    io.out(`Its files lie in ${system.folder.path} until it ends: configs, keys, log.\n`);
    const story = playStory(system, half, { clock: io.clock, say: (line) => io.out(line) });
    const ended = await Promise.race([story.then(() => false), stopped.then(() => true)]);
    // A story that is cut short may fail for that; its end is awaited below by nobody.
    if (ended) story.catch(() => {});
    if (!ended && !once) await stay(system, half, io, stopped);
  } finally {
    removeDemoPointer(process.pid, io.places);
    await system.stop();
  }
  if (!once) io.out('\nThe demo has ended; nothing is left behind.');
}

async function stay(system: DemoSystem, half: HalfDay, io: Io, stopped: Promise<unknown>): Promise<void> {
  const { socket, journal, officeConfig, controllerConfig } = system.folder;
  const pointer = { socket, journal, officeConfig, controllerConfig, pid: process.pid };
  const found = claimPointer(pointer, io);
  const flag = (name: string, path: string): string => (found ? '' : ` ${name} ${path}`);
  const [at, db, office] = [flag('--socket', socket), flag('--db', journal), flag('--config', officeConfig)];
  for (const line of [
    '\nNow it is yours. In a second terminal, in this folder:',
    `  npx cardea events --follow${db}`,
    `  npx cardea tap front-in ${cards.ana}${at}      Ana (day pass)`,
    `  npx cardea tap front-out ${cards.ana}${at}     Ana leaves`,
    `  npx cardea tap front-in ${cards.ben}${at}      Ben (${half.from} to ${half.to})`,
    `  npx cardea tap front-in ${cards.cleo}${at}      Cleo (minutes)`,
    `  npx cardea tap room-1-in ${cards.sam}${at}     Sam (staff) at the room`,
    `  npx cardea input front-door contact=open${at}`,
    `  npx cardea status${at}`,
    `  npx cardea office present${office}`,
    `  npx cardea office checkins${office}`,
    '\nCtrl-C ends it.',
  ]) {
    io.out(line);
  }
  await stopped;
}

/** Whether the commands find this demo by themselves: no other demo is running, and nothing is installed. */
function claimPointer(pointer: DemoPointer, { places }: Io): boolean {
  const other = readDemoPointer(places);
  if (other !== null && other.pid !== pointer.pid) return false;
  writeDemoPointer(pointer, places);
  return !existsSync(places.dataDir) && !existsSync(places.officeConfig);
}
