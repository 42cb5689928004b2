// Which device each of a config's PC/SC readers is, by the names that pcscd gives them. One device belongs to one reader:
// where it is not plain which, nobody gets it, and each says why.

import type { DeviceFault } from '../port.ts';
import { ambiguousFault, missingFault, sharedFault } from './faults.ts';
import { matches } from './names.ts';

/** A reader of the config. */
export interface Wanted {
  readonly id: string;
  readonly glob: string;
}

export type Assignment = { readonly name: string } | DeviceFault;

/** In the order of `wanted`. */
export function assign(wanted: readonly Wanted[], names: readonly string[]): Assignment[] {
  const found = wanted.map(({ glob }) => names.filter((name) => matches(glob, name)));
  return wanted.map(({ id, glob }, index) => {
    const [name, ...more] = found[index] ?? [];
    if (name === undefined) return missingFault(glob, names);
    if (more.length > 0) return ambiguousFault(glob, [name, ...more]);
    const others = wanted.filter((other, at) => other.id !== id && found[at]?.length === 1 && found[at][0] === name);
    if (others.length > 0) {
      return sharedFault(
        name,
        others.map((other) => other.id),
      );
    }
    return { name };
  });
}
