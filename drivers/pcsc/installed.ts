// Whether nfc-pcsc, which is optional, is there and was compiled; where not, the exact command that adds it. Nothing of it
// is loaded here.

import { type OptionalDriver, requirePackages } from '../optional-package.ts';

const driver: OptionalDriver = {
  name: 'pcsc',
  packages: [{ name: 'nfc-pcsc', compiled: { by: '@pokusew/pcsclite', file: '../build/Release/pcsclite.node' } }],
  libraries: ['libpcsclite-dev'],
};

/**
 * @param where names the part of the config that wants it, as `reader front`; in the error.
 * @param from a file of this package: it is looked for as that file would import it.
 * @throws DriverError `driver-missing`
 */
export function requireNfc(where: string, from: string = import.meta.url): void {
  requirePackages(where, driver, from);
}
