// What the box looks like to an admin: its user, its hardening, what doctor says.

import { property } from '../guest.mjs';
import { same } from '../report.mjs';

/** The most that systemd-analyze may find exposed. */
const maxExposure = 1.5;

/** As Debian 13's pcscd brings it; Debian 12's is built without polkit and asks nobody. */
const pcscActions = `<?xml version="1.0"?>
<policyconfig>
${['access_pcsc', 'access_card']
  .map(
    (name) =>
      `<action id="org.debian.pcsc-lite.${name}"><description>${name}</description><message>${name}</message><defaults><allow_any>no</allow_any><allow_inactive>no</allow_inactive><allow_active>yes</allow_active></defaults></action>`,
  )
  .join('\n')}
</policyconfig>
`;

export async function box({ machine, report }) {
  report.section('the service from outside');
  await report.check('it runs as its own user', async () => {
    const pid = await property(machine, 'MainPID');
    const user = await machine.sh(`ps -o user= -p ${pid}`);
    same(user, 'cardea', 'user');
    return machine.sh(`ps -o user,group,supgrp,pid,args -p ${pid}`);
  });
  await report.check(`systemd-analyze security finds at most ${maxExposure}`, async () => {
    const said = await machine.sh('systemd-analyze security cardea.service --no-pager | tail -n 1');
    const exposure = Number(/: ([\d.]+)/.exec(said)?.[1] ?? Number.NaN);
    if (!(exposure <= maxExposure)) throw new Error(said);
    return said.trim();
  });
  await report.check('systemd-analyze verify has nothing to say', async () => {
    const { status, out, err } = await machine.try('systemd-analyze verify cardea.service');
    const own = `${out}\n${err}`.split('\n').filter((line) => /cardea/.test(line));
    if (status !== 0 || own.length > 0) throw new Error(`status ${status}: ${own.join('\n')}`);
  });
  await report.check('polkit lets its user, and no other one, use card readers', async () => {
    await machine.sh(`
file=/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy
test -e $file || printf '%s' '${pcscActions}' > $file
systemctl restart polkit
asks() { for action in access_pcsc access_card; do pkcheck --action-id org.debian.pcsc-lite.$action --process "$1"; done; }
asks "$(systemctl show cardea --value -p MainPID)"
setpriv --reuid nobody --clear-groups --regid nogroup sleep 600 & other=$!
if asks $other 2> /dev/null; then echo 'polkit lets everybody use readers'; kill $other; exit 1; fi
kill $other`);
  });
  await report.check('cardea doctor finds nothing that is broken', async () => {
    const { status, out, err } = await machine.try('cardea doctor');
    if (status !== 0) throw new Error(`status ${status}:\n${out}\n${err}`);
    return out;
  });
  await report.check('cardea devices shows the serial port, the reader and the GPIO chip', async () => {
    const out = await machine.sh('cardea devices');
    for (const word of ['/dev/ttyS1', 'Virtual PCD 00 00', 'pinctrl-bcm2711']) {
      if (!out.includes(word)) throw new Error(`${word} is not in:\n${out}`);
    }
  });
}
