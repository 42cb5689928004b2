// Questions to the installed controller, as an admin of the machine asks them.

import { storeRoomFile } from './site.mjs';

/** Settles when the shell condition holds in the guest. @throws Error after so many seconds, with the service's last words. */
export async function until(machine, what, condition, seconds = 240) {
  const { status } = await machine.try(
    `for n in $(seq 1 ${seconds * 2}); do if ${condition}; then exit 0; fi; sleep 0.5; done; exit 1`,
  );
  if (status === 0) return;
  const { out } = await machine.try('systemctl status cardea --no-pager --lines 30 --full');
  throw new Error(`not within ${seconds} s: ${what}\n${out}`);
}

/** The unit is active, which means that the program itself said so; and it stayed the same process since. */
export async function untilReady(machine) {
  await until(machine, 'the unit is active', '[ "$(systemctl is-active cardea)" = active ]');
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

/** Opens the store room for long; settles when its lock's file says so. */
export async function openStoreRoom(machine) {
  await machine.sh('cardea tap store-in card:04A1B2C3D4E501');
  await until(machine, 'the store room is open', `tail -n 1 ${storeRoomFile} | grep -q '"unlocked"'`, 30);
}

/** When the store room was secured first after that moment (both in ms since 1970 by the guest's clock). */
export async function securedAfter(machine, fromMs) {
  const since = new Date(fromMs).toISOString();
  const select = `jq -rs 'map(select(.at >= "${since}" and .state == "locked")) | first // empty | .at' ${storeRoomFile}`;
  await until(machine, 'the store room is locked again', `[ -n "$(${select})" ]`);
  return Date.parse(await machine.sh(select));
}
