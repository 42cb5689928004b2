// Who may read what: the config, the keys and the data, by their permission bits and by those of the folders above them.

import type { ControllerConfig } from '../../../config/types.ts';
import type { Tree } from '../../devices/tree.ts';
import { type Account, closedFolder, groupName, mayUse, userName, type Wanted } from '../accounts.ts';
import { area, type Check, notApplicable, notChecked, ok, problem, type Verdict, warning } from '../check.ts';
import type { Machine } from '../machine.ts';
import type { Setup } from '../setup.ts';

interface FileFact {
  readonly path: string;
  readonly status: {
    readonly uid: number;
    readonly gid: number;
    readonly mode: number;
    readonly folder: boolean;
  } | null;
  readonly owner: string;
  readonly group: string;
  /** A folder on the way that the service may not pass. */
  readonly closedBy: string | null;
  /** Whether this process is kept from seeing it. */
  readonly hidden: boolean;
  readonly secret: boolean;
}

interface Facts {
  readonly config: FileFact | null;
  readonly secrets: readonly FileFact[];
  readonly open: readonly FileFact[];
  readonly dataDir: FileFact | null;
}

function gather({ tree }: Machine, { file, config, account }: Setup): Facts {
  const fact = (path: string): FileFact => fileFact(tree, account, path, false);
  return {
    config: file.state === 'none' ? null : fact(file.file),
    secrets: config === null ? [] : secretFiles(config).map((path) => fileFact(tree, account, path, true)),
    open: config === null ? [] : openFiles(config).map(fact),
    dataDir: config?.dataDir == null ? null : fact(config.dataDir),
  };
}

function secretFiles({ credentialKeyFile, upstream, readers }: ControllerConfig): string[] {
  const readerKeys = readers.map((reader) => ('secureChannelKeyFile' in reader ? reader.secureChannelKeyFile : null));
  const files = [credentialKeyFile, upstream?.signingKeyFile, upstream?.keyFile, upstream?.passwordFile, ...readerKeys];
  return [...new Set(files.filter((file) => file != null))];
}

function openFiles({ upstream }: ControllerConfig): string[] {
  if (upstream === null) return [];
  return [upstream.caFile, upstream.certFile, ...upstream.officeKeys].filter((file) => file !== null);
}

function fileFact(tree: Tree, account: Account | null, path: string, secret: boolean): FileFact {
  const real = tree.real(path);
  const found = tree.status(path);
  return {
    path,
    status: found === null ? null : { uid: found.uid, gid: found.gid, mode: found.mode, folder: found.isDirectory() },
    owner: found === null ? '' : userName(tree, found.uid),
    group: found === null ? '' : groupName(tree, found.gid),
    closedBy: account === null ? null : closedFolder(tree, account, real ?? path),
    hidden: found === null && tree.access(path, 'read') === 'denied',
    secret,
  };
}

const checks: readonly Check<Facts>[] = [
  { id: 'config-access', judge: ({ config }, setup) => judgeConfig(config, setup) },
  { id: 'private-keys', judge: ({ secrets }, setup) => judgeAll(secrets, setup, judgeSecret, 'no keys in the config') },
  { id: 'public-files', judge: ({ open }, setup) => judgeAll(open, setup, judgeOpen, 'no certificates in the config') },
  { id: 'data-dir', judge: ({ dataDir }, setup) => judgeData(dataDir, setup) },
];

function judgeConfig(config: FileFact | null, setup: Setup): Verdict {
  if (config === null) return notApplicable('no config');
  const { path, status, owner } = config;
  const blocked = unusable(config, setup, ['read']);
  if (blocked !== null) return blocked;
  if (status !== null && (status.mode & 0o022) !== 0 && (status.mode & 0o002) !== 0) {
    return problem(`${path} can be changed by everybody (mode ${octal(status.mode)})`, `sudo chmod 640 ${path}`);
  }
  if (status !== null && status.uid !== 0 && status.uid !== setup.account?.uid) {
    return warning(`${path} belongs to ${owner}, who can change it`, `sudo chown root ${path}`);
  }
  return ok(`${path}: ${owner}, mode ${octal(status?.mode ?? 0)}`);
}

function judgeAll(
  files: readonly FileFact[],
  setup: Setup,
  judge: (file: FileFact, setup: Setup) => Verdict,
  none: string,
): Verdict | Verdict[] {
  if (files.length === 0) return notApplicable(setup.config === null ? 'the config is not known' : none);
  return files.map((file) => judge(file, setup));
}

function judgeSecret(file: FileFact, setup: Setup): Verdict {
  const { path, status, owner, group } = file;
  const blocked = unusable(file, setup, ['read']);
  if (blocked !== null) return blocked;
  if (status === null) return notApplicable(path);
  const user = setup.account?.name ?? setup.serviceUser;
  const mode = octal(status.mode);
  if ((status.mode & 0o007) !== 0) {
    return problem(
      `${path} is open to everybody (mode ${mode})`,
      `sudo chmod 600 ${path}, and make a new key if it may have been read`,
    );
  }
  if ((status.mode & 0o070) !== 0) {
    return warning(
      `${path} is open to the group ${group} (mode ${mode})`,
      `sudo chown ${user} ${path} && sudo chmod 600 ${path}`,
    );
  }
  if (status.uid !== 0 && setup.account !== null && status.uid !== setup.account.uid) {
    return warning(`${path} belongs to ${owner}, not to ${user}`, `sudo chown ${user} ${path}`);
  }
  return ok(`${path}: ${owner}, mode ${mode}`);
}

function judgeOpen(file: FileFact, setup: Setup): Verdict {
  return unusable(file, setup, ['read']) ?? ok(`${file.path} can be read`);
}

function judgeData(data: FileFact | null, setup: Setup): Verdict {
  if (data === null) return notApplicable('the config is not known');
  const { path, status } = data;
  const user = setup.account?.name ?? setup.serviceUser;
  if (status === null && !data.hidden) {
    return problem(`${path} is not there`, `sudo install -d -o ${user} -g ${user} -m 750 ${path}`);
  }
  const blocked = unusable(data, setup, ['read', 'write', 'search']);
  if (blocked !== null) return blocked;
  if (status?.folder === false) return problem(`${path} is no folder`, 'name a folder in dataDir');
  if (status !== null && (status.mode & 0o007) !== 0) {
    return warning(`${path} is open to everybody (mode ${octal(status.mode)})`, `sudo chmod o= ${path}`);
  }
  return ok(`${path}: ${data.owner}, mode ${octal(status?.mode ?? 0)}`);
}

/** Why the service cannot use a file; null where it can, or where there is no service to ask about. */
function unusable(
  { path, status, closedBy, hidden, owner, secret }: FileFact,
  { account }: Setup,
  wanted: readonly Wanted[],
): Verdict | null {
  if (hidden) return notChecked(`${path} cannot be seen by this user`, 'sudo cardea doctor');
  if (status === null)
    return problem(`${path} is not there`, `put it there, or correct the config; see also cardea check`);
  if (account === null) return null;
  const { name } = account;
  if (closedBy !== null) {
    const found = `${name} may not enter ${closedBy}, and so not reach ${path}`;
    return problem(found, `sudo chgrp ${name} ${closedBy} && sudo chmod g+x ${closedBy}`);
  }
  if (mayUse(account, status, wanted)) return null;
  const found = `${name} may not ${wanted.includes('write') ? 'write' : 'read'} ${path} (${owner}, mode ${octal(status.mode)})`;
  // What is secret or written is the service's own; what it only reads it need not be able to change.
  const itsOwn = wanted.includes('write') || secret;
  return problem(found, itsOwn ? `sudo chown ${name} ${path}` : `sudo chgrp ${name} ${path} && sudo chmod g+r ${path}`);
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}

export const files = area('Files', gather, checks);
