// One seed, one world, one outcome; its files live in memory where the machine has such a folder, and are gone afterwards.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, World, type WorldOptions } from './world/world.ts';

const memory = '/dev/shm';

export async function simulate(options: Omit<WorldOptions, 'folder'>): Promise<Outcome> {
  const folder = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'cardea-sim-'));
  try {
    return await new World({ ...options, folder }).run();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
