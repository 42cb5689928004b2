// Why a file of the system may not be opened, and by whom it may: words for whoever has to mend it.

import { readFileSync, statSync } from 'node:fs';
import { GpioError } from './gpio-error.ts';

/** What the kernel says for a group that a sandbox of systemd (PrivateUsers) does not let see. */
const unseenGroup = 65_534;

/** @param path a device, or a file of sysfs. */
export function denied(what: string, path: string, cause: unknown): GpioError {
  const { group, mode } = rights(path);
  const whose = group === null ? '' : ` (group ${group}, mode ${mode})`;
  const words = `${what}: no permission for ${path}${whose}; ${mend(path, group)} and restart Cardea; cardea doctor says more`;
  return new GpioError('no-permission', words, { cause });
}

function mend(path: string, group: string | null): string {
  // Below /sys the kernel gives all to root, until a rule of udev says otherwise.
  if (group === null && path.startsWith('/sys/')) {
    return 'install the udev rule for backend: sysfs (the head of the drop-in sysfs-gpio.conf says how)';
  }
  const usual = group === null ? ', which is usually the group gpio' : '';
  return `put the user that Cardea runs as into its group${usual} (sudo usermod -aG ${group ?? 'gpio'} cardea)`;
}

/** The group is null where nobody knows it, or where it is root's: nothing is won by joining that one. */
function rights(path: string): { readonly group: string | null; readonly mode: string } {
  try {
    const { gid, mode } = statSync(path);
    const groups = readFileSync('/etc/group', 'utf8').split('\n');
    const line = groups.find((one) => one.split(':')[2] === String(gid));
    const group = gid === 0 || gid === unseenGroup ? null : (line?.split(':')[0] ?? null);
    return { group, mode: (mode & 0o777).toString(8).padStart(4, '0') };
  } catch {
    return { group: null, mode: '' };
  }
}
