// Questions to the installed controller, as an admin of the machine asks them.

import { storeRoomFile } from './site.mjs';

/** Settles when the shell condition holds in the guest. @throws Error after so many seconds, with the service's last words. */
export async function until(machine, what, condition, seconds = 600) {
  const { status, err } = await machine.try(
    `for n in $(seq 1 ${seconds * 2}); do if ${condition}; then exit 0; fi; sleep 0.5; done; exit 1`,
  );
  if (status === 0) return;
  const { out } = await machine.try('systemctl status cardea --no-pager --lines 30 --full');
  const how = status === 1 ? `not within ${seconds} s` : `could not be asked for (status ${status}, ${err})`;
  throw new Error(`${what}: ${how}\n${out}`);
}

/** Settles when the unit is active, which the program itself says, in another process than `before`; with its id. */
export async function untilReady(machine, before = '') {
  const show = 'systemctl show cardea --value -p';
  const ready = `[ "$(${show} ActiveState)" = active ] && [ "$(${show} MainPID)" != "${before}" ]`;
  await until(machine, 'the unit is active', ready);
  return property(machine, 'MainPID');
}

export function property(machine, name) {
  return machine.sh(`systemctl show cardea --value -p ${name}`);
}

export async function status(machine) {
  return JSON.parse(await machine.sh('cardea status --json'));
}

const listCheckins = 'setpriv --reuid cardea --regid cardea --init-groups cardea office checkins --json';

/** The visits that the office lists, once all these customers are among them. */
export async function checkins(machine, customers) {
  const all = `jq -es 'map(.customer) | contains(${JSON.stringify(customers)})' > /dev/null`;
  await until(machine, `the office lists the check-ins of ${customers.join(', ')}`, `${listCheckins} | ${all}`);
  const lines = await machine.sh(listCheckins);
  return lines.split('\n').map((line) => JSON.parse(line));
}

/**
 * Opens the store room for long and, in the moment in which its lock's file says so, runs the shell script; gives back what
 * that printed.
 */
export function whileOpen(machine, script = '') {
  return machine.sh(`
main=$(systemctl show cardea --value -p MainPID)
opened() { grep -c '"unlocked"' ${storeRoomFile} || true; }
before=$(opened)
cardea tap store-in card:04A1B2C3D4E501 >&2
for n in $(seq 1 300); do [ "$(opened)" -gt "$before" ] && break; sleep 0.1; done
[ "$(opened)" -gt "$before" ]
${script}`);
}

/** When the store room was secured first after that moment (both in ms since 1970 by the guest's clock). */
export async function securedAfter(machine, fromMs) {
  const since = new Date(fromMs).toISOString();
  const select = `jq -rs 'map(select(.at >= "${since}" and .state == "locked")) | first // empty | .at' ${storeRoomFile}`;
  await until(machine, 'the store room is locked again', `[ -n "$(${select})" ]`);
  return Date.parse(await machine.sh(select));
}
