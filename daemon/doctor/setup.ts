// What is to be set up here: the config, and the service that runs it. Every area asks this first.

import { dirname, resolve } from 'node:path';
import { parseDocument } from '../../config/document.ts';
import { controllerFiles } from '../../config/files/named-file.ts';
import { loadControllerConfig } from '../../config/load.ts';
import { FileError, type Problem } from '../../config/problem.ts';
import { textOf, valuesAt } from '../../config/raw.ts';
import type { ControllerConfig } from '../../config/types.ts';
import type { Tree } from '../devices/tree.ts';
import { type Account, accountOf } from './accounts.ts';
import { type Machine, output } from './machine.ts';

export type ConfigFact =
  | { readonly state: 'none'; readonly lookedFor: string }
  /** This process may not read the config, or a file that it names. */
  | { readonly state: 'hidden'; readonly file: string; readonly hidden: string }
  | { readonly state: 'bad'; readonly file: string; readonly problems: readonly Problem[] }
  | {
      readonly state: 'read';
      readonly file: string;
      readonly config: ControllerConfig;
      readonly warnings: readonly Problem[];
    };

/** What systemd says of the unit, as `systemctl show` names it. */
export interface UnitFact {
  readonly LoadState: string;
  readonly ActiveState: string;
  readonly SubState: string;
  readonly UnitFileState: string;
  readonly Result: string;
  readonly FragmentPath: string;
  readonly User: string;
  readonly SupplementaryGroups: string;
}

export interface Setup {
  readonly file: ConfigFact;
  /** null where the file does not give one. */
  readonly config: ControllerConfig | null;
  /** Whether systemd runs this machine. */
  readonly systemd: boolean;
  /** null where systemd cannot be asked. */
  readonly unit: UnitFact | null;
  readonly serviceUser: string;
  /** null where the machine has no such user. */
  readonly account: Account | null;
}

export const unitName = 'cardea.service';
const defaultUser = 'cardea';
const asked = [
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'Result',
  'FragmentPath',
  'User',
  'SupplementaryGroups',
] as const;

/**
 * @param configFile what was named, else null; then `installed` is read where it exists.
 */
export async function lookAtSetup(machine: Machine, configFile: string | null, installed: string): Promise<Setup> {
  const { tree } = machine;
  const file = configFact(machine, configFile, installed);
  const systemd = tree.exists('/run/systemd/system');
  const unit = systemd
    ? unitFact(await output(tree, 'systemctl', ['show', unitName, `--property=${asked.join(',')}`]))
    : null;
  const serviceUser = unit === null || unit.User === '' ? defaultUser : unit.User;
  const account = accountOf(tree, serviceUser, unit?.SupplementaryGroups.split(' ') ?? []);
  return { file, config: file.state === 'read' ? file.config : null, systemd, unit, serviceUser, account };
}

function configFact({ tree }: Machine, named: string | null, installed: string): ConfigFact {
  if (named === null && tree.access(installed, 'read') === 'missing') return { state: 'none', lookedFor: installed };
  const file = named === null ? tree.at(installed) : resolve(named);
  const hidden = hiddenFile(tree, file);
  if (hidden !== null) return { state: 'hidden', file, hidden };
  try {
    const { config, warnings } = loadControllerConfig(file);
    return { state: 'read', file, config, warnings };
  } catch (error) {
    if (error instanceof FileError) return { state: 'bad', file, problems: error.problems };
    throw error;
  }
}

/** The config or the first file it names, devices aside, that this process may not read: without it nothing is judged. */
function hiddenFile(tree: Tree, file: string): string | null {
  if (tree.access(file, 'read') === 'denied') return file;
  const raw = parseDocument(tree.text(file) ?? '', file).value;
  const named = controllerFiles
    .filter(({ holds }) => !['device', 'folder', 'output'].includes(holds))
    .flatMap(({ at }) => valuesAt(raw, at).flatMap(({ value }) => textOf(value) ?? []));
  const paths = named.map((path) => resolve(dirname(file), path));
  return paths.find((path) => tree.access(path, 'read') === 'denied') ?? null;
}

/** Lines of `KEY=value`. */
function unitFact(text: string | null): UnitFact | null {
  if (text === null) return null;
  const values = new Map(
    text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const value = (key: (typeof asked)[number]): string => values.get(key) ?? '';
  return {
    LoadState: value('LoadState'),
    ActiveState: value('ActiveState'),
    SubState: value('SubState'),
    UnitFileState: value('UnitFileState'),
    Result: value('Result'),
    FragmentPath: value('FragmentPath'),
    User: value('User'),
    SupplementaryGroups: value('SupplementaryGroups'),
  };
}
