// The GPIO lines of the config: the driver is installed, their chips are there under that name and open to the service, the
// lines are on them and free, and fall to their safe level when the program dies.

import { DriverError } from '../../../drivers/driver-error.ts';
import { type GpioChip, gpioChips } from '../../devices/gpio.ts';
import { groupName, mayUse } from '../accounts.ts';
import { raspberryPi, strictGpiod } from '../board.ts';
import { area, type Check, notApplicable, notChecked, ok, problem, type Verdict, warning } from '../check.ts';
import { type Machine, output } from '../machine.ts';
import { gpioLocks, type NamedLine, namedChips, namedLines } from '../needs.ts';
import { type Setup, unitName } from '../setup.ts';

interface Facts {
  /** null: all of it is there. */
  readonly driverFault: string | null;
  readonly lines: readonly NamedLine[];
  /** Whether the kernel has the old interface. */
  readonly sysfs: boolean;
  /** Whether the service may write below /sys; null where systemd cannot be asked. */
  readonly sysWritable: boolean | null;
  readonly named: readonly { readonly name: string; readonly fitting: readonly ChipFact[] }[];
  readonly there: readonly string[];
  readonly pi: string | null;
  readonly strict: boolean | null;
}

interface ChipFact extends GpioChip {
  readonly file: { readonly uid: number; readonly gid: number; readonly mode: number; readonly group: string } | null;
}

async function gather(machine: Machine, { config, unit }: Setup): Promise<Facts | null> {
  const { tree } = machine;
  const names = namedChips(config);
  if (names.length === 0) return null;
  const sandbox =
    unit === null ? null : await output(tree, 'systemctl', ['show', unitName, `--property=${sysSetting}`]);
  const chips = gpioChips(tree).map((chip): ChipFact => {
    const status = tree.status(`/dev/${chip.name}`);
    const file =
      status === null
        ? null
        : { uid: status.uid, gid: status.gid, mode: status.mode, group: groupName(tree, status.gid) };
    return { ...chip, file };
  });
  return {
    driverFault: driverFault(machine),
    lines: namedLines(config),
    sysfs: tree.exists('/sys/class/gpio/export'),
    sysWritable: sandbox === null ? null : !sandbox.split('\n').includes(`${sysSetting}=yes`),
    named: names.map((name) => ({ name, fitting: chips.filter((chip) => chip.label === name || chip.name === name) })),
    there: chips.map(({ label, name }) => label ?? name),
    pi: raspberryPi(tree),
    strict: strictGpiod(tree),
  };
}

/** While it is on, the service sees /sys as read-only. */
const sysSetting = 'ProtectKernelTunables';

const checks: readonly Check<Facts | null>[] = [
  {
    id: 'gpio-driver',
    judge: known(({ driverFault: fault }) =>
      fault === null ? ok('its packages are installed') : problem(fault, 'run the command that it names'),
    ),
  },
  {
    id: 'gpio-chip',
    judge: known(({ named, there }) => named.map(({ name, fitting }) => judgeChip(name, fitting, there))),
  },
  {
    id: 'gpio-access',
    judge: known(({ named }, setup) => {
      const chips = named.flatMap(({ fitting }) => fitting);
      return chips.length === 0
        ? notApplicable('no such chip is there')
        : chips.map((chip) => judgeAccess(chip, setup));
    }),
  },
  { id: 'gpio-line', judge: known(judgeLines) },
  { id: 'gpio-sysfs', judge: known(judgeSysfs) },
  { id: 'gpio-strict', judge: known(judgeStrict) },
];

function known(judge: (facts: Facts, setup: Setup) => Verdict | readonly Verdict[]): Check<Facts | null>['judge'] {
  return (facts, setup) => {
    if (facts !== null) return judge(facts, setup);
    return notApplicable(setup.config === null ? 'the config is not known' : 'no GPIO line in the config');
  };
}

function judgeChip(name: string, fitting: readonly ChipFact[], there: readonly string[]): Verdict {
  const [first] = fitting;
  if (first === undefined) {
    const others = there.length === 0 ? 'this machine shows no GPIO chip' : `there is ${there.join(', ')}`;
    return problem(`no GPIO chip ${name}; ${others}`, 'take the chip that cardea devices shows');
  }
  if (fitting.length > 1) {
    const names = fitting.map((chip) => chip.name).join(', ');
    return problem(`several GPIO chips are called ${name}: ${names}`, 'name the one that is meant in the config');
  }
  if (first.label !== null && first.label !== name) {
    return warning(`${name} may be another chip after the next start`, `call it by its label, ${first.label}`);
  }
  return ok(`${name} is ${first.name}`);
}

function judgeAccess({ name, file }: ChipFact, { account, serviceUser }: Setup): Verdict {
  if (account === null) return notApplicable(`there is no user ${serviceUser}`);
  if (file === null)
    return problem(`/dev/${name} is not there`, 'ls /dev/gpiochip*; a container must be given the device');
  const rights = `group ${file.group}, mode ${(file.mode & 0o777).toString(8).padStart(4, '0')}`;
  if (mayUse(account, file, ['read', 'write'])) return ok(`${account.name} may use /dev/${name} (${rights})`);
  const byGroup = (file.mode & 0o060) === 0o060 && file.gid !== 0;
  const join = `sudo usermod -aG ${file.group} ${account.name} && sudo systemctl restart cardea`;
  return problem(`${account.name} may not use /dev/${name} (${rights})`, byGroup ? join : 'see udev-rules');
}

function judgeLines({ lines, named }: Facts): Verdict | readonly Verdict[] {
  if (lines.length === 0) return notApplicable('no lock or input on a GPIO line');
  const faults = lines.flatMap(({ what, line }) => {
    const [chip, other] = named.find(({ name }) => name === line.chip)?.fitting ?? [];
    if (chip === undefined || other !== undefined) return [];
    if (chip.lines !== null && line.line >= chip.lines) {
      const last = `${line.chip} has the lines 0 to ${chip.lines - 1}`;
      return [problem(`${what}: there is no line ${line.line}, ${last}`, 'take a line that cardea devices shows')];
    }
    if (line.backend === 'sysfs' || !chip.exported.includes(line.line)) return [];
    const mend = 'end what uses it there, or restart the machine';
    return [problem(`${what}: line ${line.line} of ${line.chip} is exported in /sys/class/gpio, so it is busy`, mend)];
  });
  return faults.length > 0 ? faults : ok(lines.map(({ what, line }) => `${what} line ${line.line}`).join(', '));
}

function judgeSysfs({ lines, sysfs, sysWritable }: Facts, { serviceUser }: Setup): Verdict {
  if (!lines.some(({ line }) => line.backend === 'sysfs')) return notApplicable('no line with backend: sysfs');
  if (!sysfs) return problem('this kernel has no /sys/class/gpio', 'leave backend: sysfs out of the config');
  if (sysWritable === null) return notChecked('systemd does not say whether /sys is read-only', 'ask again as root');
  if (sysWritable) return ok(`${serviceUser} may write below /sys`);
  const mend = 'use the drop-in: sed -n 1,8p /opt/cardea/current/systemd/drop-ins/sysfs-gpio.conf';
  return problem(`the service sees /sys as read-only (${sysSetting})`, mend);
}

function driverFault({ requireGpio }: Machine): string | null {
  try {
    requireGpio();
    return null;
  } catch (error) {
    if (error instanceof DriverError) return error.message;
    throw error;
  }
}

function judgeStrict({ pi, strict }: Facts, { config }: Setup): Verdict {
  const locks = gpioLocks(config).filter(({ lock }) => lock.backend !== 'sysfs');
  if (locks.length === 0) return notApplicable('no lock on a GPIO line that the kernel releases');
  if (pi === null) return notApplicable('no Raspberry Pi: its kernel lets released lines fall back by itself');
  if (strict === true) return ok('released lines fall back (strict_gpiod)');
  if (strict === null) return notChecked('/boot/firmware/config.txt cannot be read', 'sudo cardea doctor');
  const doors = locks.map(({ accessPoint }) => accessPoint).join(', ');
  return problem(
    `released lines stay as they are: if all of Cardea dies, the lock of ${doors} may stay energised`,
    'add the line dtparam=strict_gpiod to /boot/firmware/config.txt, then restart the machine',
  );
}

export const gpio = area('GPIO', gather, checks);
