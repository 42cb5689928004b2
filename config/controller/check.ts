// All checks of a controller's config that look across keys.

import { realpathSync } from 'node:fs';
import { checkFiles } from '../files/check-files.ts';
import { controllerFiles } from '../files/named-file.ts';
import type { Finding } from '../finding.ts';
import { duplicateIds } from '../ids.ts';
import { checkDrivers } from './built-drivers.ts';
import { checkBroker } from './check-broker.ts';
import { checkHardware } from './check-hardware.ts';
import { checkReferences } from './check-references.ts';
import { checkSiteRules } from './check-site-rules.ts';
import { checkValues } from './check-values.ts';

/**
 * @param raw the config as it was written
 * @param absolute the same with absolute paths, in which two names of one port are equal
 */
export function checkController(raw: unknown, absolute: unknown): Finding[] {
  return [...checkDoors(absolute, deviceOf), ...checkValues(raw), ...checkBroker(raw), ...checkDrivers(raw)];
}

/** Whether the files that it names are there and hold what they should. @param folder where relative paths start */
export function checkNamedFiles(raw: unknown, folder: string): Finding[] {
  return checkFiles(raw, controllerFiles, folder);
}

/** The checks that also hold for the config inside a scenario. */
export function checkDoors(raw: unknown, deviceOf: (path: string) => string = (path) => path): Finding[] {
  return [
    ...duplicateIds(raw, ['accessPoints']),
    ...duplicateIds(raw, ['readers']),
    ...checkReferences(raw),
    ...checkSiteRules(raw),
    ...checkHardware(raw, deviceOf),
  ];
}

/** Where links lead, as from /dev/serial/by-id; the path itself where nothing is plugged in. */
function deviceOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
