// The way to PC/SC readers: pcscd, the right to talk to it, the driver, kernel modules that take the readers away, and the
// readers that the config names.

import type { PcscReaderConfig } from '../../../config/types.ts';
import { DriverError } from '../../../drivers/driver-error.ts';
import { matches } from '../../../drivers/pcsc/names.ts';
import { reachPcscd } from '../../../drivers/pcsc/socket.ts';
import { pcscdSocketOf } from '../../devices/reader-list.ts';
import type { Tree } from '../../devices/tree.ts';
import { groupName } from '../accounts.ts';
import {
  area,
  type Check,
  installAgain,
  notApplicable,
  notChecked,
  ok,
  problem,
  type Verdict,
  warning,
} from '../check.ts';
import { type Machine, programPath } from '../machine.ts';
import { type ModuleFact, moduleFact } from '../modules.ts';
import type { Setup } from '../setup.ts';

export interface PcscFacts {
  readonly wanted: readonly PcscReaderConfig[];
  /** null: it can be loaded; else why not, and what to do. */
  readonly driverFault: string | null;
  readonly program: string | null;
  readonly socket: { readonly path: string; readonly fault: { readonly code: string; readonly detail: string } | null };
  readonly policy: PolicyFact;
  readonly modules: readonly ModuleFact[];
  readonly readers: { readonly names: readonly string[] } | { readonly fault: string };
}

interface PolicyFact {
  /** pcscd asks polkit where this file is, unless it was told not to. */
  readonly asks: boolean;
  /** A file with a rule that speaks of PC/SC and of the service; null where none was seen. */
  readonly rule: string | null;
  /** A folder of rules that this process may not look into. */
  readonly hidden: string | null;
}

/** They claim the ACR122U and its like as NFC devices of the kernel, and pcscd gets nothing. */
const thieves = ['pn533_usb', 'pn533', 'nfc'];

const policyFile = '/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy';
const ruleFolders = [
  '/etc/polkit-1/rules.d',
  '/run/polkit-1/rules.d',
  '/usr/local/share/polkit-1/rules.d',
  '/usr/share/polkit-1/rules.d',
];
const optionFiles = ['/etc/default/pcscd', '/etc/systemd/system/pcscd.service', '/etc/systemd/system/pcscd.service.d'];

async function gather(machine: Machine, setup: Setup): Promise<PcscFacts | null> {
  const wanted = (setup.config?.readers ?? []).filter((reader) => reader.driver === 'pcsc');
  if (wanted.length === 0) return null;
  const { tree } = machine;
  const path = await pcscdSocketOf(tree);
  return {
    wanted,
    driverFault: driverFault(machine),
    program: programPath(tree, 'pcscd'),
    socket: { path, fault: await reachPcscd(path) },
    policy: policyFact(tree, setup),
    modules: thieves.map((name) => moduleFact(tree, name)),
    readers: await readersOf(machine),
  };
}

function driverFault({ requireNfc }: Machine): string | null {
  try {
    requireNfc();
    return null;
  } catch (error) {
    if (error instanceof DriverError) return error.message;
    throw error;
  }
}

async function readersOf({ listReaders }: Machine): Promise<PcscFacts['readers']> {
  try {
    return { names: await listReaders() };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

function policyFact(tree: Tree, { serviceUser, account }: Setup): PolicyFact {
  const options = optionFiles.flatMap((file) => [
    tree.text(file) ?? '',
    ...tree.names(file).map((name) => tree.text(`${file}/${name}`) ?? ''),
  ]);
  const asks = tree.exists(policyFile) && !options.some((text) => /^[^#\n]*--disable-polkit/m.test(text));
  const names = [serviceUser, ...(account?.gids ?? []).map((gid) => groupName(tree, gid))];
  const rule = ruleFolders
    .flatMap((folder) => tree.names(folder).map((name) => `${folder}/${name}`))
    .find((file) => {
      const text = tree.text(file) ?? '';
      return (
        text.includes('org.debian.pcsc-lite') && names.some((name) => new RegExp(`["']${escaped(name)}["']`).test(text))
      );
    });
  return {
    asks,
    rule: rule ?? null,
    hidden: ruleFolders.find((folder) => tree.access(folder, 'read') === 'denied') ?? null,
  };
}

function escaped(text: string): string {
  return text.replace(/[^\w-]/g, '\\$&');
}

const checks: readonly Check<PcscFacts | null>[] = [
  {
    id: 'pcsc-driver',
    judge: known(({ driverFault: fault }) =>
      fault === null ? ok('nfc-pcsc is installed') : problem(fault, mendIn(fault)),
    ),
  },
  { id: 'pcscd', judge: known(judgeDaemon) },
  { id: 'pcsc-socket', judge: known(judgeSocket) },
  { id: 'pcsc-polkit', judge: known(judgePolicy) },
  { id: 'pcsc-modules', judge: known(({ modules }) => judgeModules(modules)) },
  { id: 'pcsc-readers', judge: known(({ wanted, readers }) => wanted.map((reader) => judgeReader(reader, readers))) },
];

function known(
  judge: (facts: PcscFacts, setup: Setup) => Verdict | readonly Verdict[],
): Check<PcscFacts | null>['judge'] {
  return (facts, setup) => {
    if (facts !== null) return judge(facts, setup);
    return notApplicable(setup.config === null ? 'the config is not known' : 'no PC/SC reader in the config');
  };
}

/** The driver's own words end with the command that adds it. */
function mendIn(fault: string): string {
  return /run: (.+)$/.exec(fault)?.[1] ?? 'npm ci';
}

function judgeDaemon({ program }: PcscFacts): Verdict {
  return program === null ? problem('pcscd is not installed', 'sudo apt-get install pcscd libccid') : ok(program);
}

function judgeSocket({ socket: { path, fault } }: PcscFacts): Verdict {
  if (fault === null) return ok(`pcscd answers at ${path}`);
  if (fault.code === 'no-permission') return notChecked(`${path} is not for this user`, 'sudo cardea doctor');
  return problem(`nobody answers at ${path} (${fault.detail})`, 'sudo systemctl enable --now pcscd.socket');
}

function judgePolicy({ policy }: PcscFacts, { account, serviceUser }: Setup): Verdict {
  const { asks, rule, hidden } = policy;
  if (!asks) return ok('pcscd asks nobody who may use it');
  if (account?.uid === 0) return ok('root needs no rule');
  if (rule !== null) return ok(`${rule} lets ${serviceUser} in`);
  if (hidden !== null) return notChecked(`${hidden} cannot be looked into by this user`, 'sudo cardea doctor');
  const mend = `${installAgain}, or write a rule below ${ruleFolders[0]} that lets the user "${serviceUser}" do org.debian.pcsc-lite.access_pcsc and access_card`;
  return problem(`no polkit rule lets ${serviceUser} use pcscd: it refuses a user who is not at the screen`, mend);
}

function judgeModules(modules: readonly ModuleFact[]): Verdict {
  const names = (some: readonly ModuleFact[]): string => some.map(({ name }) => name).join(', ');
  const loaded = modules.filter((one) => one.loaded);
  const blacklist = `printf 'blacklist %s\\n' ${thieves.join(' ')} | sudo tee /etc/modprobe.d/cardea-pcsc.conf`;
  if (loaded.length > 0) {
    // What depends on others goes first.
    const mend = `sudo modprobe -r ${loaded.map(({ name }) => name).join(' ')}, and plug the reader in again`;
    const again = loaded.some((one) => !one.blacklisted) ? `${blacklist} && ` : '';
    return problem(
      `the kernel modules ${names(loaded)} are loaded: they take the ACR122U from pcscd`,
      `${again}${mend}`,
    );
  }
  const [first] = thieves;
  const waiting = modules.filter(({ name, available, blacklisted }) => name === first && available && !blacklisted);
  if (waiting.length === 0) return ok('no kernel module takes the readers');
  return warning(`${names(waiting)} is not loaded, but would be when an ACR122U is plugged in`, blacklist);
}

function judgeReader({ id, reader }: PcscReaderConfig, readers: PcscFacts['readers']): Verdict {
  if ('fault' in readers) return notChecked(readers.fault, 'see the findings above');
  const { names } = readers;
  const fitting = names.filter((name) => matches(reader, name));
  const [first] = fitting;
  const quoted = (some: readonly string[]): string => some.map((name) => JSON.stringify(name)).join(', ');
  if (first === undefined) {
    const there = names.length === 0 ? 'pcscd has no reader' : `there is ${quoted(names)}`;
    return problem(
      `${id}: nothing is named like "${reader}"; ${there}`,
      'plug it in, or take the name that cardea devices shows',
    );
  }
  if (fitting.length > 1) {
    return problem(`${id}: "${reader}" fits ${quoted(fitting)}`, 'name the one that is meant in the config');
  }
  return ok(`${id} is "${first}"`);
}

export const pcsc = area('PC/SC', gather, checks);
