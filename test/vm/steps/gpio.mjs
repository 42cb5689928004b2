// Locks and contacts on GPIO lines, by the character device and by sysfs: the ports' contract, doors that work, every way to
// die with both kinds of kernel, and chips and lines that are not to be had.

import { buildContract } from '../contract/build.mjs';
import { startTrace } from '../contract/levels.mjs';
import {
  doors,
  doorsScript,
  inWords,
  level,
  logged,
  nowInGuest,
  openAll,
  pull,
  reconfigure,
  safeAfter,
  secured,
  undoScript,
  untilLevel,
  untilStatus,
} from '../gpio-doors.mjs';
import { property, until, untilReady } from '../guest.mjs';
import { same } from '../report.mjs';

/** rules.md section 6. */
const deathMs = 1_000;
const hangMs = 2_000;
const chipFolder = '/sys/kernel/config/gpio-sim/pi';

export async function gpio({ machine, report }) {
  buildContract(machine.share);
  await machine.sh(startTrace);
  report.section('the contract of locks and inputs, on real lines');
  for (const backend of ['chardev', 'sysfs']) {
    await contract(machine, report, backend);
    await descriptors(machine, report, backend);
  }
  report.section('doors on lines: a relay out, a contact in, by each backend');
  await report.check('a config with them is taken, and every line is safe', async () => {
    report.note(await machine.sh(doorsScript));
    await machine.sh('systemctl restart cardea');
    await untilReady(machine);
    for (const { line, failSafe } of doors) await untilLevel(machine, line, failSafe === true ? 1 : 0);
    return machine.sh('gpioinfo | grep -E "cardea|sysfs" | tr -s " \\t" " "');
  });
  for (const door of secured) await works(machine, report, door);
  await report.check('cardea doctor finds its GPIO well', async () => {
    const { out } = await machine.try('cardea doctor');
    const lines = out.split('\n').filter((line) => /gpio/i.test(line));
    if (lines.length === 0 || lines.some((line) => /problem|✗|FAIL/i.test(line))) throw new Error(out);
    return lines.join('\n');
  });
  await interruptsLost(machine, report);
  for (const persists of ['N', 'Y']) await deaths(machine, report, persists);
  await keeperAlone(machine, report);
  await refusals(machine, report);
  await unplugged(machine, report);
  await machine.sh(undoScript);
  await untilReady(machine);
}

async function contract(machine, report, backend) {
  await report.check(`every sentence is kept by ${backend}`, async () => {
    const { status, out, err } = await machine.try(`node /share/contract/main.mjs /opt/cardea/current ${backend}`);
    report.note(`${out}\n${err}`.trim());
    if (status !== 0) throw new Error(`status ${status}`);
    return `${out.match(/^kept/gm)?.length ?? 0} kept`;
  });
}

async function descriptors(machine, report, backend) {
  await report.check(`${backend} leaves no descriptor open where a line cannot be opened`, async () => {
    const script = `ulimit -n 64; node /share/contract/descriptors.mjs /opt/cardea/current ${backend}`;
    const { status, out, err } = await machine.try(script);
    report.note(`${out}\n${err}`.trim());
    if (status !== 0) throw new Error(`status ${status}`);
    return `${out.match(/^none/gm)?.length ?? 0} ways to fail`;
  });
}

/** As an expander whose interrupt line is broken: levels change, and the kernel hears of none. */
async function interruptsLost(machine, report) {
  report.section('contacts on a chip that loses its interrupts');
  const set = (value) => machine.sh(`echo ${value} > /sys/module/gpio_sim/parameters/lose_interrupts`);
  for (const { id, contact, backend } of secured) {
    await report.check(`${backend}: an opened and a closed door are seen all the same`, async () => {
      await set('Y');
      for (const [way, seen] of [
        ['up', 'open'],
        ['down', 'closed'],
      ]) {
        await pull(machine, contact, way);
        await untilStatus(machine, `${id} ${seen}`, `.accessPoints[] | select(.id == "${id}") | .contact == "${seen}"`);
      }
      await set('N');
    });
  }
}

async function works(machine, report, { id, line, contact, backend }) {
  await report.check(
    `${backend}: a tap moves the relay, the contact is seen, and closing it secures the lock`,
    async () => {
      const said = await machine.sh(`cardea tap ${id}-in card:04A1B2C3D4E501`);
      await untilLevel(machine, line, 1);
      const door = `.accessPoints[] | select(.id == "${id}")`;
      await pull(machine, contact, 'up');
      await untilStatus(machine, `${id} open`, `${door} | .contact == "open" and .lock == "unlocked"`);
      await pull(machine, contact, 'down');
      await untilLevel(machine, line, 0);
      await untilStatus(machine, `${id} closed`, `${door} | .contact == "closed" and .lock == "locked"`);
      return said.split('\n')[0];
    },
  );
}

async function deaths(machine, report, persists) {
  const kernel = persists === 'Y' ? 'keeps the level of released outputs' : 'lets released outputs fall';
  report.section(`death, on a kernel that ${kernel}`);
  await machine.sh(`echo ${persists} > /sys/module/gpio_sim/parameters/persist_outputs`);
  await report.check(`SIGKILL: every line is safe within ${deathMs} ms`, () =>
    falls(machine, 'kill -KILL $main', deathMs),
  );
  await report.check(`SIGSTOP: every line is safe within ${hangMs} ms, and the watchdog starts it again`, async () => {
    const restarts = Number(await property(machine, 'NRestarts'));
    const words = await falls(machine, 'kill -STOP $main', hangMs);
    await until(machine, 'a restart', `[ "$(systemctl show cardea --value -p NRestarts)" -gt ${restarts} ]`);
    await untilReady(machine);
    return words;
  });
  await report.check(
    'SIGKILL of program and keeper: ExecStopPost makes every line safe before the next start',
    async () => {
      const both = 'keeper=$(pgrep -P $main -f keeper-main); kill -STOP $keeper; kill -KILL $main $keeper';
      const { fromMs, before } = await killed(machine, both);
      const fallen = await safeAfter(machine, fromMs);
      await untilReady(machine, before);
      const startMs = Number(await property(machine, 'ExecMainStartTimestampMonotonic')) / 1000 - fromMs;
      for (const { id, tookMs } of fallen) if (tookMs > startMs) throw new Error(`${id} fell only after ${tookMs} ms`);
      return `${inWords(fallen)}; the next start came after ${Math.round(startMs)} ms`;
    },
  );
}

/** With all doors out of their safe states, runs the script, and holds the fall of each line against the limit. */
async function falls(machine, script, limitMs) {
  const { fromMs, before } = await killed(machine, script);
  const fallen = await safeAfter(machine, fromMs);
  const late = fallen.filter(({ tookMs }) => tookMs > limitMs);
  if (late.length > 0) throw new Error(inWords(fallen));
  if (script.includes('KILL')) await untilReady(machine, before);
  return inWords(fallen);
}

async function killed(machine, script) {
  const before = await untilReady(machine);
  await openAll(machine);
  const fromMs = Number(
    await machine.sh(
      `main=${before}; echo > /sys/kernel/tracing/trace; awk '{print $1 * 1000}' /proc/uptime; ${script}`,
    ),
  );
  return { fromMs, before };
}

async function keeperAlone(machine, report) {
  report.section('the keeper alone is killed');
  await report.check('its successor drives the lines to what is in force, and the program goes on', async () => {
    const pid = await untilReady(machine);
    await openAll(machine);
    const since = await nowInGuest(machine);
    await machine.sh(`kill -KILL $(pgrep -P ${pid} -f keeper-main)`);
    const words = await logged(machine, 'keeper-died', since);
    await logged(machine, 'the lock line follows again', since);
    for (const { line } of doors) await untilLevel(machine, line, 1);
    same(await property(machine, 'MainPID'), pid, 'process');
    return words.slice(0, 160);
  });
}

async function refusals(machine, report) {
  report.section('lines that are not to be had: what is said, and what comes of it');
  await report.check(
    'a line that another program holds: it is named, and the lock follows once it is free',
    async () => {
      await machine.sh(
        'systemctl stop cardea; gpioset --mode=signal --background $(basename $(realpath /run/gpio-sim)) 17=0',
      );
      const since = await nowInGuest(machine);
      await machine.sh('systemctl start cardea');
      const words = await logged(machine, 'side-door: line-stuck.*held by "gpioset"', since);
      await machine.sh('pkill -x gpioset');
      await logged(machine, 'side-door: the lock line follows again', since);
      return words;
    },
  );
  const cases = [
    [
      'a chip that is not there: it says which there are',
      's/chip: pinctrl-bcm2711, line: 17/chip: pinctrl-rp1, line: 17/',
      'side-door: line-stuck.*no GPIO chip pinctrl-rp1; there is pinctrl-bcm2711',
    ],
    [
      'a line that the chip has not',
      's/chip: pinctrl-rp1, line: 17/chip: pinctrl-bcm2711, line: 77/',
      'side-door: line-stuck.*line 77 of pinctrl-bcm2711 is not there: the chip has the lines 0 to 31',
    ],
  ];
  for (const [what, expression, pattern] of cases) {
    await report.check(what, async () => {
      const since = await nowInGuest(machine);
      await reconfigure(machine, expression);
      return logged(machine, pattern, since);
    });
  }
  await report.check('no permission: it says for what, and the lock follows once there is one', async () => {
    const since = await nowInGuest(machine);
    await machine.sh('chmod 600 /dev/gpiochip*; chown root: /dev/gpiochip*');
    await reconfigure(machine, 's/chip: pinctrl-bcm2711, line: 77/chip: pinctrl-bcm2711, line: 17/');
    const words = await logged(machine, 'side-door: line-stuck.*no permission for /dev/gpiochip', since);
    await machine.sh('chgrp gpio /dev/gpiochip*; chmod 660 /dev/gpiochip*');
    await logged(machine, 'side-door: the lock line follows again', since);
    return words;
  });
}

/** A filter for `untilStatus`: the parts of a door that do not work. */
function faultsOf(id) {
  return `.accessPoints[] | select(.id == "${id}") | [.faults[].part] | sort`;
}

/** As an expander on USB is pulled out and put in again. */
async function unplugged(machine, report) {
  report.section('a chip that is pulled out, and put in again');
  const from = await machine.sh('date -u +%FT%TZ');
  await report.check('each line and contact is missed once, and works again by itself', async () => {
    const pid = await untilReady(machine);
    const since = await nowInGuest(machine);
    await machine.sh(`echo 0 > ${chipFolder}/live`);
    for (const { id } of doors) {
      await logged(machine, `${id}: line-stuck`, since);
      await logged(machine, `contact of ${id}: `, since);
      await untilStatus(machine, `the faults of ${id}`, `${faultsOf(id)} == ["contact", "lock"]`);
    }
    report.note(await machine.sh('cardea status | grep ^fault: | cut -c1-170'));
    await machine.sh(`echo 1 > ${chipFolder}/live
ln -sfn "/sys/devices/platform/$(cat ${chipFolder}/dev_name)/$(cat ${chipFolder}/bank/chip_name)" /run/gpio-sim`);
    for (const { id } of doors) {
      await logged(machine, `${id}: the lock line follows again`, since);
      await logged(machine, `contact of ${id}: it can be read again`, since);
      await untilStatus(machine, `no fault of ${id}`, `${faultsOf(id)} == []`);
    }
    same(await property(machine, 'MainPID'), pid, 'process');
    return machine.sh(`journalctl -u cardea --since '${since}' -o cat | grep -E 'stuck|again|contact' | cut -c1-170`);
  });
  await report.check('the journal has each once when it began, and once when it was over', async () => {
    // What was over before is recorded up to ten seconds later: it is of the check before.
    const begun = `(.type | endswith("fault")) or ((.data.since | sub("[.][0-9]+Z$"; "Z")) >= "${from}")`;
    const select = `select(.type | test("^(lock|input)[.]")) | select(${begun}) | .accessPoint + " " + .type`;
    const ask = `cardea events --since ${from} --json | jq -r '${select}'`;
    const types = ['input.fault', 'input.restored', 'lock.fault', 'lock.restored'];
    const wanted = doors.flatMap(({ id }) => types.map((type) => `${id} ${type}`)).sort();
    await until(machine, 'the records', `[ "$(${ask} | wc -l)" -ge ${wanted.length} ]`, 120);
    same((await machine.sh(ask)).split('\n').sort(), wanted, 'records');
  });
  for (const door of secured) await works(machine, report, door);
  await report.check('every line is as it should be in the end', async () => {
    same(await Promise.all(doors.map(({ line }) => level(machine, line))), [0, 0, 1], 'levels');
  });
}
