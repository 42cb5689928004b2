// The program and its service: the right Node, a config that is right, a unit that is installed, starts with the machine and
// runs, and a daemon that answers.

import { join } from 'node:path';
import { formatProblem } from '../../../config/problem.ts';
import { askDaemon } from '../../socket/client.ts';
import { socketName } from '../../socket/name.ts';
import { SocketError } from '../../socket/protocol.ts';
import { area, type Check, notApplicable, notChecked, ok, problem, type Verdict, warning } from '../check.ts';
import type { Machine } from '../machine.ts';
import { type Setup, type UnitFact, unitName } from '../setup.ts';

interface Facts {
  readonly nodeVersion: string;
  readonly socket: SocketFact | null;
}

interface SocketFact {
  readonly path: string;
  /** null: it answers. */
  readonly fault: { readonly code: string; readonly message: string } | null;
}

/** package.json, `engines`. */
const leastNode = [20, 19];

const installer = 'install the program with systemd/install.sh (docs/install.md)';

async function gather(machine: Machine, { config }: Setup): Promise<Facts> {
  const socket = config?.dataDir == null ? null : await socketFact(machine.tree.at(join(config.dataDir, socketName)));
  return { nodeVersion: machine.nodeVersion, socket };
}

async function socketFact(path: string): Promise<SocketFact> {
  try {
    await askDaemon(path, { do: 'status' });
    return { path, fault: null };
  } catch (error) {
    if (!(error instanceof SocketError)) throw error;
    return { path, fault: { code: error.code, message: error.message } };
  }
}

const checks: readonly Check<Facts>[] = [
  { id: 'node-version', judge: ({ nodeVersion }) => judgeNode(nodeVersion) },
  { id: 'config', judge: (_facts, { file }) => judgeConfig(file) },
  { id: 'unit-installed', judge: (_facts, setup) => judgeInstalled(setup) },
  { id: 'unit-enabled', judge: (_facts, { unit }) => ifLoaded(unit, judgeEnabled) },
  { id: 'unit-active', judge: (_facts, { unit }) => ifLoaded(unit, judgeActive) },
  { id: 'socket', judge: ({ socket }) => judgeSocket(socket) },
];

function judgeNode(version: string): Verdict {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = leastNode;
  const enough = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  return enough ? ok(`Node ${version}`) : problem(`Node ${version}`, `install Node ${leastNode.join('.')} or newer`);
}

function judgeConfig(file: Setup['file']): Verdict {
  if (file.state === 'none') {
    return warning(`no config at ${file.lookedFor}: whatever depends on it was left out`, 'name it with --config FILE');
  }
  if (file.state === 'hidden') {
    const why = `${file.hidden} is not for this user, and whatever depends on the config was left out`;
    return notChecked(why, 'sudo cardea doctor');
  }
  if (file.state === 'bad') {
    const [first] = file.problems;
    const rest = file.problems.length - 1;
    const words = `${first === undefined ? file.file : formatProblem(first)}${rest > 0 ? ` (and ${rest} more)` : ''}`;
    return problem(words, `cardea check ${file.file} lists all that is wrong in it`);
  }
  const { warnings } = file;
  if (warnings.length === 0) return ok(file.file);
  return warning(`${file.file}: right, with warnings: ${warnings.length}`, `cardea check ${file.file} lists them`);
}

function judgeInstalled({ systemd, unit }: Setup): Verdict {
  if (!systemd) return notApplicable('systemd does not run this machine');
  if (unit === null) return notChecked('systemctl does not answer', 'see what `systemctl status` says');
  if (unit.LoadState === 'loaded') return ok(unit.FragmentPath);
  return problem(`systemd has no ${unitName} (${unit.LoadState})`, installer);
}

function ifLoaded(unit: UnitFact | null, judge: (unit: UnitFact) => Verdict): Verdict {
  return unit?.LoadState === 'loaded' ? judge(unit) : notApplicable(`systemd has no ${unitName}`);
}

function judgeEnabled({ UnitFileState }: UnitFact): Verdict {
  if (UnitFileState.startsWith('enabled')) return ok('starts with the machine');
  const found = `does not start with the machine (${UnitFileState === '' ? 'not enabled' : UnitFileState})`;
  return problem(found, `sudo systemctl enable ${unitName}`);
}

function judgeActive({ ActiveState, SubState, Result }: UnitFact): Verdict {
  if (ActiveState === 'active') return ok(`runs (${SubState})`);
  const why = Result === '' || Result === 'success' ? '' : `, ended with: ${Result}`;
  return problem(
    `does not run (${ActiveState}${why})`,
    `sudo systemctl restart cardea; journalctl -u cardea -n 50 says why it ended`,
  );
}

function judgeSocket(socket: SocketFact | null): Verdict {
  if (socket === null) return notApplicable('the config is not known');
  const { path, fault } = socket;
  if (fault === null) return ok(`the controller answers at ${path}`);
  if (fault.code === 'no-access') {
    return warning(`${path} is not for you`, "log in as a member of the socket's group (often cardea), or use sudo");
  }
  if (fault.code === 'not-running') return problem(`nobody answers at ${path}`, 'sudo systemctl start cardea');
  return problem(fault.message, 'sudo systemctl restart cardea');
}

export const program = area('Program', gather, checks);
