// The GPIO chips of the config: there under that name, open to the service, nobody else's lines, and lines that fall to
// their safe level when the program dies.

import { type GpioChip, gpioChips } from '../../devices/gpio.ts';
import { groupName, mayUse } from '../accounts.ts';
import { raspberryPi, strictGpiod } from '../board.ts';
import { area, type Check, notApplicable, notChecked, ok, problem, type Verdict, warning } from '../check.ts';
import type { Machine } from '../machine.ts';
import { gpioLocks, namedChips } from '../needs.ts';
import type { Setup } from '../setup.ts';

interface Facts {
  readonly named: readonly { readonly name: string; readonly fitting: readonly ChipFact[] }[];
  readonly there: readonly string[];
  readonly pi: string | null;
  readonly strict: boolean | null;
}

interface ChipFact extends GpioChip {
  readonly file: { readonly uid: number; readonly gid: number; readonly mode: number; readonly group: string } | null;
}

function gather({ tree }: Machine, { config }: Setup): Facts | null {
  const names = namedChips(config);
  if (names.length === 0) return null;
  const chips = gpioChips(tree).map((chip): ChipFact => {
    const status = tree.status(`/dev/${chip.name}`);
    const file =
      status === null
        ? null
        : { uid: status.uid, gid: status.gid, mode: status.mode, group: groupName(tree, status.gid) };
    return { ...chip, file };
  });
  return {
    named: names.map((name) => ({ name, fitting: chips.filter((chip) => chip.label === name || chip.name === name) })),
    there: chips.map(({ label, name }) => label ?? name),
    pi: raspberryPi(tree),
    strict: strictGpiod(tree),
  };
}

const checks: readonly Check<Facts | null>[] = [
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

function judgeStrict({ pi, strict }: Facts, { config }: Setup): Verdict {
  const locks = gpioLocks(config);
  if (locks.length === 0) return notApplicable('no lock on a GPIO line');
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
