// An upgrade that goes well, one that does not, and taking it all away: the data is there each time.

import { basename, join } from 'node:path';
import { laterBundle } from '../bundle.mjs';
import { status, untilReady, whileOpen } from '../guest.mjs';
import { same } from '../report.mjs';

const good = '9.0.0';
const bad = '9.1.0';

export async function upgrade({ machine, report }) {
  const name = await machine.sh('ls /share | grep -m1 "^cardea-.*-linux-"');
  const first = join(machine.share, name);
  await upgraded(machine, report, basename(laterBundle(first, good, false)));
  await rolledBack(machine, report, basename(laterBundle(first, bad, true)));
  await uninstalled(machine, report);
}

async function upgraded(machine, report, bundle) {
  report.section(`an upgrade to ${good}`);
  const before = await journal(machine);
  await report.check('install.sh ends well', async () => {
    report.note(await installs(machine, bundle, 0));
  });
  await report.check('the new version runs, on the same journal, which goes on', async () => {
    await untilReady(machine);
    same((await status(machine)).version, good, 'version');
    return goesOn(before, await journal(machine));
  });
  await report.check('a backup from before is there', () => machine.sh('ls -l /var/lib/cardea/backups/before-*'));
}

async function rolledBack(machine, report, bundle) {
  report.section(`an upgrade to ${bad}, which never becomes ready`);
  const before = await journal(machine);
  await report.check('install.sh says so and ends with 1', async () => {
    report.note(await installs(machine, bundle, 1));
  });
  await report.check('the version from before runs again, on the same journal', async () => {
    await untilReady(machine);
    same((await status(machine)).version, good, 'version');
    return goesOn(before, await journal(machine));
  });
  await report.check('a tap opens, and the journal holds together', async () => {
    await whileOpen(machine);
    return machine.sh('cardea verify');
  });
}

async function uninstalled(machine, report) {
  report.section('taken away');
  const sums = 'sha256sum /etc/cardea/controller.yaml /etc/cardea/keys/* /var/lib/cardea/backups/*';
  const kept = await machine.sh(sums);
  await report.check('install.sh --uninstall ends well', async () => {
    report.note(await machine.sh('sh /root/cardea/systemd/install.sh --uninstall 2>&1'));
  });
  await report.check('program and units are gone', () =>
    machine.sh(
      '! command -v cardea; ! test -e /opt/cardea; ! systemctl cat cardea > /dev/null 2>&1; ! pgrep -u cardea; systemctl --failed --no-legend',
    ),
  );
  await report.check('config, keys, backups and journal are kept', async () => {
    same(await machine.sh(sums), kept, 'sums');
    const integrity = await machine.sh('sqlite3 /var/lib/cardea/journal.db "PRAGMA integrity_check"');
    same(integrity, 'ok', 'the journal’s integrity');
    return machine.sh('ls -l /var/lib/cardea');
  });
}

async function installs(machine, bundle, wanted) {
  const { status: ended, out } = await machine.try(
    `sh /root/cardea/systemd/install.sh --timeout 900 /share/${bundle} 2>&1`,
  );
  if (ended !== wanted) throw new Error(`status ${ended} instead of ${wanted}:\n${out}`);
  return out;
}

async function journal(machine) {
  const [first, last] = (
    await machine.sh(`cardea events --json | jq -r '[.epoch, .seq] | join(" ")' | sed -n '1p;$p'`)
  ).split('\n');
  return { epoch: first.split(' ')[0], lastEpoch: last.split(' ')[0], seq: Number(last.split(' ')[1]) };
}

function goesOn(before, after) {
  same([after.epoch, after.lastEpoch], [before.epoch, before.lastEpoch], 'epochs');
  if (after.seq < before.seq) throw new Error(`the last record is ${after.seq}, it was ${before.seq}`);
  return `record ${before.seq}, then ${after.seq}`;
}
