// Why a file of the system may not be opened, and by whom it may: words for whoever has to mend it.

import { readFileSync, statSync } from 'node:fs';
import { GpioError } from './gpio-error.ts';

/** @param path a device, or a file of sysfs. */
export function denied(what: string, path: string, cause: unknown): GpioError {
  const { group, mode } = rights(path);
  const mend =
    group === null
      ? 'cardea doctor says how to mend it'
      : `put the user that Cardea runs as into that group (sudo usermod -aG ${group} cardea), then restart Cardea`;
  const whose = group === null ? '' : ` (group ${group}, mode ${mode})`;
  return new GpioError('no-permission', `${what}: no permission for ${path}${whose}; ${mend}`, { cause });
}

/** The group is null where nobody knows it, or where it is root's: nothing is won by joining that one. */
function rights(path: string): { readonly group: string | null; readonly mode: string } {
  try {
    const { gid, mode } = statSync(path);
    const line = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .find((one) => one.split(':')[2] === String(gid));
    const group = gid === 0 ? null : (line?.split(':')[0] ?? null);
    return { group, mode: (mode & 0o777).toString(8).padStart(4, '0') };
  } catch {
    return { group: null, mode: '' };
  }
}
