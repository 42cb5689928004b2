// From a bare machine to a controller whose doors work, then to the one of this test's site.

import { basename } from 'node:path';
import { makeBundle } from '../bundle.mjs';
import { status, until, untilReady } from '../guest.mjs';
import { same } from '../report.mjs';
import { siteScript } from '../site.mjs';

const dropIn = '/etc/systemd/system/cardea.service.d';
/** Emulation is 12 times slower than a computer, and many times more where that is busy: longer waits, and no other change. */
const slow = '[Service]\nWatchdogSec=60s\nTimeoutStopSec=5min\n';

export async function install({ machine, report }) {
  report.section('installed by the installer, from a bundle');
  const bundle = basename(makeBundle(machine.share));
  report.note(`${bundle}: ${await machine.sh(`du -h /share/${bundle} | cut -f1`)}`);
  await report.check('the machine has no compiler and no way out', () =>
    machine.sh('! command -v gcc cc g++ npm && ! timeout 20 bash -c "exec 3<>/dev/tcp/1.1.1.1/80" 2> /dev/null'),
  );
  await machine.sh(
    `mkdir /root/cardea && tar -xzf /share/${bundle} -C /root/cardea --strip-components=1 package/systemd`,
  );
  await machine.sh(`mkdir -p ${dropIn} && printf '${slow.replaceAll('\n', '\\n')}' > ${dropIn}/slow-machine.conf`);
  report.note(`a drop-in of this machine's own, as it is so slow: ${slow.trim().split('\n').slice(1).join(', ')}`);
  await report.check('install.sh ends well', async () => {
    report.note(
      await machine.sh(`sh /root/cardea/systemd/install.sh --site riverside --timeout 900 /share/${bundle} 2>&1`),
    );
  });
  await report.check('the unit is ready, and will be after a start of the machine', async () => {
    const pid = await untilReady(machine);
    return `${await machine.sh('systemctl is-enabled cardea')}, process ${pid}`;
  });
  await report.check('cardea status tells of the first config', async () => {
    const { site, controller } = await status(machine);
    same({ site, controller }, { site: 'riverside', controller: 'front-desk' }, 'status');
    report.note(await machine.sh('cardea status'));
  });
  await report.check('an office beside it, a config with its readers: the unit is ready with them', async () => {
    report.note(await machine.sh(siteScript));
    await machine.sh('systemctl restart cardea');
    const pid = await untilReady(machine);
    await until(machine, 'a replica', 'cardea status --json | jq -e .revision > /dev/null');
    return `process ${pid}`;
  });
}
