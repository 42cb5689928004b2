// Drives lock lines safe where no controller does: those that were held last, at once, and then those that the config names
// now, whose reading takes the longest. It does as much as it can, whatever is wrong: a bad config, a full disk or one stuck
// line keeps no other lock from falling.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ControllerConfig } from '../../config/types.ts';
import { rememberedLines } from '../../drivers/keeper/held-lines.ts';
import type { KeeperLine } from '../../drivers/keeper/messages.ts';
import { lineOpener, type OpenLine } from '../../drivers/keeper/open-line.ts';
import { type LockState, safeState } from '../../drivers/port.ts';
import { openDataDir } from '../run/data-dir.ts';
import { RunError, wordsOf } from '../run/error.ts';

export interface SafeOrder {
  readonly configFile: string;
  /** Where an installed controller keeps its data: looked into where the config does not say it any more. */
  readonly usualDataDir: string;
  /** ISO 8601. */
  readonly stamp: () => string;
}

export interface SafeReport {
  /** Every line once. */
  readonly driven: readonly { readonly accessPoint: string; readonly state: LockState }[];
  /** What could not be done, in words; empty: everything was. */
  readonly faults: readonly string[];
}

/** @throws RunError `data-dir-in-use` while a controller runs: it has its locks, and nothing was touched. */
export async function makeSafe({ configFile, usualDataDir, stamp }: SafeOrder): Promise<SafeReport> {
  const faults: string[] = [];
  const driven = new Map<string, SafeReport['driven']>();
  const releases: (() => void)[] = [];
  const driveAll = async (lines: readonly KeeperLine[]): Promise<void> => {
    const open = await lineOpener(lines, stamp);
    for (const line of lines) if (!driven.has(keyOf(line))) driven.set(keyOf(line), drive(line, open, faults));
  };
  const driveHeld = async (folder: string): Promise<void> => {
    releases.push(keepOut(folder, faults));
    await driveAll(rememberedLines(folder));
  };
  try {
    const said = looseDataDir(configFile) ?? usualDataDir;
    await driveHeld(said);
    const config = await configOf(configFile, faults);
    const folder = config?.dataDir ?? said;
    if (folder !== said) await driveHeld(folder);
    if (config !== null) await driveAll(await linesOf(config, faults));
    if (driven.size === 0) faults.push(`no lock line is known: neither from ${configFile} nor from ${folder}`);
    return { driven: [...driven.values()].flat(), faults };
  } finally {
    for (const release of releases) release();
  }
}

/** A real line is held from here on until this process ends. */
function drive(line: KeeperLine, open: OpenLine, faults: string[]): SafeReport['driven'] {
  const { accessPoint, failSafe } = line;
  const state = safeState(failSafe);
  try {
    open(line).drive(state);
    return [{ accessPoint, state }];
  } catch (error) {
    faults.push(`the lock of ${accessPoint} could not be driven ${state}: ${wordsOf(error)}; secure the door by hand`);
    return [];
  }
}

async function configOf(file: string, faults: string[]): Promise<ControllerConfig | null> {
  try {
    const { loadControllerConfig } = await import('../../config/load.ts');
    return loadControllerConfig(file).config;
  } catch (error) {
    const first = wordsOf(error).split('\n')[0];
    faults.push(`${file} is bad, the locks held last are driven without it: cardea check ${file} says why (${first})`);
    return null;
  }
}

async function linesOf({ accessPoints }: ControllerConfig, faults: string[]): Promise<KeeperLine[]> {
  const { lockLines } = await import('../../drivers/registry.ts');
  return accessPoints.flatMap((accessPoint) => {
    try {
      return lockLines([accessPoint]);
    } catch (error) {
      faults.push(wordsOf(error));
      return [];
    }
  });
}

/** What a config says of its `dataDir` that is otherwise bad, even where it is no YAML. */
function looseDataDir(file: string): string | null {
  try {
    const said = /^dataDir:\s*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s#]+))/m.exec(readFileSync(file, 'utf8'));
    const path = said?.[1] ?? said?.[2] ?? said?.[3];
    return path === undefined ? null : resolve(dirname(file), path);
  } catch {
    return null;
  }
}

/** No controller may start meanwhile. A folder that nobody can lock has none that runs in it, as far as can be known. */
function keepOut(folder: string, faults: string[]): () => void {
  if (!existsSync(join(folder, 'daemon.lock'))) return () => {};
  try {
    const dir = openDataDir(folder);
    return () => dir.release();
  } catch (error) {
    if (error instanceof RunError && error.code === 'data-dir-in-use') throw error;
    faults.push(wordsOf(error));
    return () => {};
  }
}

function keyOf({ accessPoint, output }: KeeperLine): string {
  return JSON.stringify([accessPoint, output]);
}
