// Each serial port of the config: there, a port at all, open to the service, held by nobody else, no console, quick.

import { basename } from 'node:path';
import { consoleClaims } from '../../devices/consoles.ts';
import type { Tree } from '../../devices/tree.ts';
import { groupName, mayUse, userName } from '../accounts.ts';
import { area, type Check, notApplicable, notChecked, ok, problem, type Verdict, warning } from '../check.ts';
import { type Holders, holdersOf } from '../holders.ts';
import type { Machine } from '../machine.ts';
import { namedPorts } from '../needs.ts';
import type { Setup } from '../setup.ts';

export interface PortFact {
  readonly path: string;
  readonly readers: readonly string[];
  /** null: nothing is there. */
  readonly device: {
    /** The kernel's name. */
    readonly name: string;
    readonly isPort: boolean;
    readonly uid: number;
    readonly gid: number;
    readonly mode: number;
    readonly owner: string;
    readonly group: string;
  } | null;
  readonly holders: Holders;
  /** The file that gives it to the system's console. */
  readonly console: string | null;
  /** How long the converter may keep bytes back, in milliseconds; null where it has no such setting. */
  readonly latencyMs: number | null;
}

const quickMs = 2;

function gather({ tree }: Machine, { config }: Setup): PortFact[] {
  const claims = consoleClaims(tree);
  return namedPorts(config).map(({ path, readers }) => {
    const device = deviceFact(tree, path);
    const latency = device === null ? null : tree.line(`/sys/class/tty/${device.name}/device/latency_timer`);
    return {
      path,
      readers,
      device,
      holders: device === null ? { processes: [], partly: false } : holdersOf(tree, path),
      console: claims.find(({ port }) => port === device?.name)?.file ?? null,
      latencyMs: latency === null ? null : Number(latency),
    };
  });
}

function deviceFact(tree: Tree, path: string): PortFact['device'] {
  const status = tree.status(path);
  if (status === null) return null;
  const { rdev, uid, gid, mode } = status;
  // What the kernel calls it: its number in /sys/dev/char, split as makedev(3) does.
  const [major, minor] = [((rdev >> 8) & 0xfff) >>> 0, (rdev & 0xff) | ((rdev >> 12) & 0xfff00)];
  const named = status.isCharacterDevice() ? tree.real(`/sys/dev/char/${major}:${minor}`) : null;
  return {
    name: basename(named ?? tree.real(path) ?? path),
    isPort: status.isCharacterDevice(),
    uid,
    gid,
    mode,
    owner: userName(tree, uid),
    group: groupName(tree, gid),
  };
}

const checks: readonly Check<readonly PortFact[]>[] = [
  { id: 'serial-there', judge: eachPort(judgeThere) },
  { id: 'serial-access', judge: eachPort(judgeAccess) },
  { id: 'serial-held', judge: eachPort(judgeHeld) },
  { id: 'serial-console', judge: eachPort(judgeConsole) },
  { id: 'serial-latency', judge: eachPort(judgeLatency) },
];

function eachPort(judge: (port: PortFact, setup: Setup) => Verdict): Check<readonly PortFact[]>['judge'] {
  return (ports, setup) => {
    if (ports.length > 0) return ports.map((port) => judge(port, setup));
    return notApplicable(setup.config === null ? 'the config is not known' : 'no serial port in the config');
  };
}

function judgeThere({ path, readers, device }: PortFact): Verdict {
  const who = `(${readers.join(', ')})`;
  if (device === null)
    return problem(`${path} ${who} is not there`, 'plug the reader in, or take the path that cardea devices shows');
  if (!device.isPort) return problem(`${path} ${who} is no device`, 'take the path that cardea devices shows');
  if (/^\/dev\/tty(USB|ACM)\d+$/.test(path)) {
    return warning(
      `${path} ${who} may be another port after the next start`,
      'take the path below /dev/serial that cardea devices shows',
    );
  }
  return ok(`${path} ${who} is ${device.name}`);
}

function judgeAccess({ path, device, console }: PortFact, { account, serviceUser }: Setup): Verdict {
  if (device === null) return notApplicable(`${path} is not there`);
  if (account === null) return notApplicable(`there is no user ${serviceUser}`);
  const rights = `${device.owner}:${device.group}, mode ${(device.mode & 0o777).toString(8).padStart(4, '0')}`;
  if (mayUse(account, device, ['read', 'write'])) return ok(`${account.name} may use ${path} (${rights})`);
  const join = `sudo usermod -aG ${device.group} ${account.name} && sudo systemctl restart cardea`;
  const group = (device.mode & 0o060) === 0o060 && device.gid !== 0;
  return problem(
    `${account.name} may not use ${path} (${rights})`,
    console !== null ? 'see serial-console' : group ? join : 'see udev-rules',
  );
}

function judgeHeld({ path, device, holders }: PortFact): Verdict {
  if (device === null) return notApplicable(`${path} is not there`);
  const { processes, partly } = holders;
  const strangers = processes.filter(({ command }) => !/cardea/.test(command));
  const [first] = strangers;
  if (first !== undefined) {
    const words = strangers.map(({ pid, command }) => `${command} (process ${pid})`).join(', ');
    const getty = /getty|\blogin\b/.test(first.command);
    return problem(
      `${path} is held by ${words}`,
      getty ? `sudo systemctl disable --now serial-getty@${device.name}.service` : `stop it: sudo kill ${first.pid}`,
    );
  }
  if (processes.length > 0) return ok(`${path} is held by the controller`);
  if (partly) return notChecked(`processes of other users that may hold ${path} are not seen`, 'sudo cardea doctor');
  return ok(`nobody else holds ${path}`);
}

function judgeConsole({ path, device, console }: PortFact): Verdict {
  if (device === null) return notApplicable(`${path} is not there`);
  if (console === null) return ok(`no console on ${path}`);
  const mend =
    'sudo raspi-config nonint do_serial_cons 1 (or take console=… out of /boot/firmware/cmdline.txt), then restart the machine';
  return problem(`${path} is the system's console, says ${console}`, mend);
}

function judgeLatency({ path, latencyMs }: PortFact): Verdict {
  if (latencyMs === null) return notApplicable(`${path} has no such setting`);
  if (latencyMs <= quickMs) return ok(`${path} passes bytes on after ${latencyMs} ms`);
  return warning(`${path} keeps bytes back for up to ${latencyMs} ms`, 'the udev rules set it to 1 ms: see udev-rules');
}

export const serial = area('Serial ports', gather, checks);
