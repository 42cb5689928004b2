// Three doors on lines of the simulated chip, and questions to them from outside: levels with their times, hands that move
// contacts, and the text of the controller's log.

import { levelsOf, traceFile } from './contract/levels.mjs';
import { until, untilReady } from './guest.mjs';
import { members } from './site.mjs';

const configFile = '/etc/cardea/controller.yaml';
const [ana] = members;

/** `safe` is the level that rules.md section 6 wants when the program is dead; each door's reader is `ID-in`. */
export const doors = [
  { id: 'side-door', line: 17, contact: 22, backend: 'chardev', safe: 0 },
  { id: 'yard-gate', line: 18, contact: 24, backend: 'sysfs', safe: 0 },
  // Free without power: its magnet holds while the line is high.
  { id: 'fire-exit', line: 27, contact: 25, backend: 'auto', safe: 0, failSafe: true },
];

/** Doors that a tap opens: the others' safe state is the open one. */
export const secured = doors.filter(({ failSafe }) => failSafe !== true);

const accessPoints = doors.map(
  ({ id, line, contact, backend, failSafe = false }) => `  - id: ${id}
    space: riverside
    kind: interior
    lock: { driver: gpio, backend: ${backend}, chip: pinctrl-bcm2711, line: ${line}, activeLow: ${failSafe}, failSafe: ${failSafe}, unlockTime: 10m }
    contact: { driver: gpio, backend: ${backend}, chip: pinctrl-bcm2711, line: ${contact}, debounce: 50ms, heldAfter: 24h }
`,
);
const readers = secured.map(
  ({ id }) => `  - { id: ${id}-in, driver: simulated, accessPoint: ${id}, direction: in }
`,
);

/** Adds the doors to the controller's config, and what the docs say a controller needs for sysfs. Keeps the config before. */
export const doorsScript = `
install -D -m 644 /opt/cardea/current/systemd/drop-ins/sysfs-gpio.conf /etc/systemd/system/cardea.service.d/sysfs-gpio.conf
install -m 644 /opt/cardea/current/systemd/udev/71-cardea-gpio-sysfs.rules /etc/udev/rules.d/
systemctl daemon-reload; udevadm control --reload; udevadm trigger --subsystem-match=gpio; udevadm settle
cp -p ${configFile} ${configFile}.before
cat > /var/tmp/doors.yaml <<'END'
${accessPoints.join('')}END
cat > /var/tmp/readers.yaml <<'END'
${readers.join('')}END
sed -i -e '/^accessPoints:/r /var/tmp/doors.yaml' -e '/^readers:/r /var/tmp/readers.yaml' ${configFile}
cardea check ${configFile}
`;

export const undoScript = `
mv ${configFile}.before ${configFile}
rm /etc/systemd/system/cardea.service.d/sysfs-gpio.conf /etc/udev/rules.d/71-cardea-gpio-sysfs.rules
systemctl daemon-reload; udevadm control --reload
for line in /sys/class/gpio/gpio[0-9]*; do if [ -e "$line" ]; then echo "\${line##*gpio}" > /sys/class/gpio/unexport; fi; done
systemctl restart cardea
`;

/** Changes the controller's config by sed, and takes it. */
export async function reconfigure(machine, expression) {
  await machine.sh(`sed -i '${expression}' ${configFile}; cardea check ${configFile}; systemctl restart cardea`);
  await untilReady(machine);
}

/** What the line is now, as the world outside the machine sees it. */
export async function level(machine, line) {
  return Number(await machine.sh(`cat /run/gpio-sim/sim_gpio${line}/value`));
}

export function pull(machine, line, way) {
  return machine.sh(`echo pull-${way} > /run/gpio-sim/sim_gpio${line}/pull`);
}

export function untilLevel(machine, line, wanted, seconds = 60) {
  return until(
    machine,
    `line ${line} at ${wanted}`,
    `[ "$(cat /run/gpio-sim/sim_gpio${line}/value)" = ${wanted} ]`,
    seconds,
  );
}

export function untilStatus(machine, what, filter) {
  return until(machine, what, `cardea status --json | jq -e '${filter}' > /dev/null`, 120);
}

/** All doors are out of their safe states, for long. */
export async function openAll(machine) {
  for (const { id, line } of secured) {
    await machine.sh(`cardea tap ${id}-in card:${ana.card}`);
    await untilLevel(machine, line, 1);
  }
  for (const { line, failSafe } of doors) if (failSafe === true) await untilLevel(machine, line, 1);
}

/** When, in ms since boot, each line was first at its safe level after that moment. */
export async function safeAfter(machine, fromMs) {
  const persists = (await machine.sh('cat /sys/module/gpio_sim/parameters/persist_outputs')) === 'Y';
  for (const { line, safe } of doors) await untilLevel(machine, line, safe);
  const trace = await machine.sh(`cat ${traceFile}`);
  return doors.map(({ id, line, safe }) => {
    const found = levelsOf(trace, line, persists).find(({ level, atMs }) => level === safe && atMs >= fromMs);
    if (found === undefined) throw new Error(`${id} was not seen to fall after ${fromMs} ms`);
    return { id, tookMs: Math.round(found.atMs - fromMs) };
  });
}

export function inWords(falls) {
  return falls.map(({ id, tookMs }) => `${id} ${tookMs} ms`).join(', ');
}

/** Settles once the controller's log has such a line since the unit's last start or `since` (as journalctl takes it); with it. */
export async function logged(machine, pattern, since) {
  const ask = `journalctl -u cardea --since '${since}' -o cat | grep -E -m1 -- '${pattern}'`;
  await until(machine, `the log says ${pattern}`, `${ask} > /dev/null`, 180);
  return machine.sh(ask);
}

/** The guest's time now, for `logged`. */
export function nowInGuest(machine) {
  return machine.sh("date '+%F %T'");
}
