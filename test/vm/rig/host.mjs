// The machine that the rig is built and run on: what it must have, what is installed when it is missing, where things are kept.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isThere } from '../../setup/servers.mjs';

/** Each program with its Debian package. */
const programs = [
  ['qemu-system-x86_64', 'qemu-system-x86'],
  ['qemu-img', 'qemu-utils'],
  ['debootstrap', 'debootstrap'],
  ['make', 'make'],
  ['gcc', 'gcc'],
  ['xz', 'xz-utils'],
  ['mke2fs', 'e2fsprogs'],
  ['ssh', 'openssh-client'],
  ['ssh-keygen', 'openssh-client'],
  ['flock', 'util-linux'],
];
/** The kernel's own build tool is linked to it. */
const libelf = ['/usr/lib/x86_64-linux-gnu/libelf.so.1', 'libelf1'];

/** Where the rig lives: `CARDEA_VM_DIR`, or below the user's cache folder. Made where it is missing. */
export function rigFolder() {
  const folder =
    process.env.CARDEA_VM_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cardea-vm');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** @throws Error with what to do, where this machine cannot run the test. */
export function prepareHost() {
  const release = readFileSync('/etc/os-release', 'utf8');
  if (process.arch !== 'x64' || !/^VERSION_CODENAME=bookworm$/m.test(release)) {
    throw new Error(
      'the machine is made from packages of Debian 12 and gets its Node from here: run this on Debian 12, x64',
    );
  }
  if (process.getuid?.() !== 0) throw new Error('debootstrap needs root: run this with sudo');
  const missing = () => [
    ...programs.filter(([program]) => !isThere(program)).map(([, debian]) => debian),
    ...(existsSync(libelf[0]) ? [] : [libelf[1]]),
  ];
  const wanted = [...new Set(missing())];
  if (wanted.length === 0) return;
  console.log(`installing what the virtual machine needs: ${wanted.join(' ')}`);
  const apt = ['-o', 'DPkg::Lock::Timeout=120', '-q', '-y'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', [...apt, 'update'], { stdio: 'inherit', env });
  spawnSync('apt-get', [...apt, 'install', '--no-install-recommends', ...wanted], { stdio: 'inherit', env });
  const left = missing();
  if (left.length > 0) throw new Error(`these packages are needed and could not be installed: ${left.join(' ')}`);
}
