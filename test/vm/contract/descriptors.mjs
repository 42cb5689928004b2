// node descriptors.mjs PROGRAM BACKEND, in the guest, as root: opens lines that fail half-way, and counts what stays open.
// Prints one line for each kind of failure; exit status 0 where nothing does. To be started with a small `ulimit -n`.

import { closeSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { chip, unexport } from './worlds.mjs';

const [program, backend] = process.argv.slice(2);
const { findEdges } = await import(`${program}/dist/drivers/gpio/backend.js`);
const { gpioLockLine } = await import(`${program}/dist/drivers/gpio/lock-line.js`);
const { realClock } = await import(`${program}/dist/daemon/clock/real.js`);

const clock = realClock(() => true);
const of = (line) => ({ driver: 'gpio', backend, chip, line, activeLow: false });
const [inputLine, outputLine] = [11, 12];
/** More than any way to a line needs at once. */
const maxSpare = 12;
let failed = 0;

// The first word on a pipe opens a descriptor of Node's own.
console.log(`${backend}: what stays open where a line cannot be opened`);
openInput().close();
starved();
silent('an input', () => openInput().close());
const lock = gpioLockLine('descriptors', of(outputLine));
silent('a lock', () => {
  lock.drive('unlocked');
  lock.check();
});
// A chip that answers again can be had again.
openInput().close();
lock.drive('locked');
lock.check();
unexport(outputLine);
process.exit(failed === 0 ? 0 : 1);

function openInput() {
  return findEdges(of(inputLine), 'descriptors', clock, { edge: () => {}, lost: () => {}, gone: () => {} });
}

/** With one descriptor to spare, with two, …: it fails at each place at which one is opened. */
function starved() {
  const before = open();
  for (let spare = 0; spare <= maxSpare; spare++) {
    const fillers = fill();
    for (let one = 0; one < spare; one++) closeSync(fillers.pop());
    let error = null;
    try {
      openInput().close();
    } catch (thrown) {
      error = thrown;
    }
    for (const fd of fillers) closeSync(fd);
    tell(`an input, ${spare} descriptors to spare, ${error?.message ?? 'opened'}`, open() - before);
    if (error === null) return;
  }
  tell('an input is not opened with all these descriptors to spare', maxSpare);
}

/** The chip answers nothing, try after try: what the first try leaves open, for it is held, no later one adds to. */
function silent(what, attempt) {
  writeFileSync('/sys/module/gpio_sim/parameters/silent', 'Y');
  const counts = Array.from({ length: 20 }, () => {
    try {
      attempt();
      tell(`${what} works on a chip that does not answer`, 1);
    } catch {
      // As it has to be.
    }
    return open();
  });
  writeFileSync('/sys/module/gpio_sim/parameters/silent', 'N');
  tell(`${what} on a chip that does not answer, 20 times`, counts.at(-1) - counts[0]);
}

/** Opens as many as there can be. */
function fill() {
  const fds = [];
  for (;;) {
    try {
      fds.push(openSync('/dev/null'));
    } catch {
      return fds;
    }
  }
}

function open() {
  return readdirSync('/proc/self/fd').length;
}

function tell(what, leaked) {
  if (leaked !== 0) failed++;
  console.log(`${leaked === 0 ? 'none  ' : `LEAKED ${leaked}`} ${backend}: ${what}`);
}
