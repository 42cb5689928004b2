// All areas in the order in which they are read: what comes first is often why something below fails.

import { clock } from './areas/clock.ts';
import { databases } from './areas/databases.ts';
import { disk } from './areas/disk.ts';
import { files } from './areas/files.ts';
import { gpio } from './areas/gpio.ts';
import { hardware } from './areas/hardware.ts';
import { network } from './areas/network.ts';
import { pcsc } from './areas/pcsc.ts';
import { program } from './areas/program.ts';
import { serial } from './areas/serial.ts';
import { user } from './areas/user.ts';
import type { Area, Finding } from './check.ts';
import type { Machine } from './machine.ts';
import { lookAtSetup } from './setup.ts';

export const areas: readonly Area[] = [
  program,
  user,
  files,
  clock,
  disk,
  databases,
  serial,
  pcsc,
  gpio,
  network,
  hardware,
];

/**
 * Examines everything, one area after the other.
 * @param configFile what was named; null for the installed one, where it exists.
 */
export async function examine(machine: Machine, configFile: string | null, installed: string): Promise<Finding[]> {
  const setup = await lookAtSetup(machine, configFile, installed);
  const findings: Finding[] = [];
  for (const area of areas) findings.push(...(await area.examine(machine, setup)));
  return findings;
}
