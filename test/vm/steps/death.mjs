// However the program dies, the lock that was open is shut, and the program comes back by itself.

import { property, securedAfter, status, until, untilReady, whileOpen } from '../guest.mjs';
import { storeRoomFile } from '../site.mjs';

/** rules.md section 2: safe within 1 s of the death of the daemon, within 2 s of its last heartbeat when it hangs. */
const deathMs = 1_000;
const hangMs = 2_000;

export async function death({ machine, report }) {
  report.section('a frozen main loop');
  await frozen(machine, report);
  report.section('SIGKILL');
  await killed(machine, report);
  report.section('SIGKILL of the program and its keeper at once');
  await bothKilled(machine, report);
}

async function frozen(machine, report) {
  const before = await property(machine, 'MainPID');
  const restarts = Number(await property(machine, 'NRestarts'));
  const fromMs = await signalMain(machine, 'STOP');
  await report.check(`the keeper secures the lock within ${hangMs} ms`, () => within(machine, fromMs, hangMs));
  await report.check('systemd’s watchdog ends it and starts it again', async () => {
    await until(machine, 'a restart', `[ "$(systemctl show cardea --value -p NRestarts)" -gt ${restarts} ]`);
    const since = `--since @${Math.floor(fromMs / 1000)}`;
    return machine.sh(`journalctl -u cardea ${since} -o cat | grep -i -m1 'watchdog timeout'`);
  });
  await backAgain(machine, report, before);
}

async function killed(machine, report) {
  const before = await property(machine, 'MainPID');
  const fromMs = await signalMain(machine, 'KILL');
  await report.check(`the keeper secures the lock within ${deathMs} ms`, () => within(machine, fromMs, deathMs));
  await backAgain(machine, report, before);
}

/** The keeper is frozen before, so that only ExecStopPost and the next start are left; the record's time tells which it was. */
async function bothKilled(machine, report) {
  const before = await property(machine, 'MainPID');
  const fromMs = Number(
    await whileOpen(
      machine,
      'keeper=$(pgrep -P $main -f keeper-main); kill -STOP $keeper; date +%s%3N; kill -KILL $main $keeper',
    ),
  );
  await report.check('ExecStopPost secures the lock before the next start', async () => {
    const atMs = await securedAfter(machine, fromMs);
    await untilReady(machine, before);
    const startMs = await startedMs(machine);
    if (atMs >= startMs) throw new Error(`locked ${atMs - startMs} ms after the next start, not before it`);
    return `after ${atMs - fromMs} ms; the next start came ${startMs - fromMs} ms after the kill`;
  });
  await backAgain(machine, report, before);
}

/** When the signal was sent, in ms since 1970 by the guest's clock. */
async function signalMain(machine, signal) {
  return Number(await whileOpen(machine, `date +%s%3N; kill -${signal} $main`));
}

async function within(machine, fromMs, limitMs) {
  const tookMs = (await securedAfter(machine, fromMs)) - fromMs;
  if (tookMs > limitMs) throw new Error(`it took ${tookMs} ms`);
  return `after ${tookMs} ms`;
}

async function startedMs(machine) {
  const began = await machine.sh(
    'date -d "$(systemctl show cardea --value -p ExecMainStartTimestamp --timestamp=us+utc)" +%s%3N',
  );
  return Number(began);
}

async function backAgain(machine, report, before) {
  await report.check('it is ready again, and the lock stays shut', async () => {
    const pid = await untilReady(machine, before);
    const { online, accessPoints } = await status(machine);
    const last = JSON.parse(await machine.sh(`tail -n 1 ${storeRoomFile}`));
    if (last.state !== 'locked') throw new Error(`the lock is ${last.state}`);
    return `process ${pid}, online ${online}, ${accessPoints.map(({ id, lock }) => `${id} ${lock}`).join(', ')}`;
  });
}
