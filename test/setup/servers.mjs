// The programs that tests start: which are missing, and how this machine gets them.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Each with its Debian package: a program, or a file where there is none to call. */
export const servers = [
  { program: 'mosquitto', debian: 'mosquitto' },
  { program: 'socat', debian: 'socat' },
  { program: 'openssl', debian: 'openssl' },
  { program: 'setpriv', debian: 'util-linux' },
  { program: 'pcscd', debian: 'pcscd' },
  { program: 'systemd-socket-activate', debian: 'systemd' },
  { file: '/usr/lib/pcsc/drivers/serial/libifdvpcd.so', debian: 'vsmartcard-vpcd' },
  { file: '/usr/include/PCSC/winscard.h', debian: 'libpcsclite-dev' },
];

/** Where programs are looked for: daemons are often outside a user's PATH. */
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'];

export function isThere(program, among = folders) {
  return among.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Installs what is missing through apt-get, as root or through `sudo -n`; gives back what is missing still. */
export function provideServers() {
  const missing = () =>
    servers.filter(({ program, file }) => !(file === undefined ? isThere(program) : existsSync(file)));
  const wanted = missing();
  if (wanted.length === 0) return [];
  const root = process.getuid?.() === 0;
  if (isThere('apt-get') && (root || isThere('sudo'))) {
    const packages = wanted.map(({ debian }) => debian);
    console.log(`installing the test servers that are missing: ${packages.join(' ')}`);
    const apt = ['apt-get', '-o', 'DPkg::Lock::Timeout=120', '-q', '-y'];
    // A broker that the package starts by itself would stand on a port of this machine for nothing: tests start their own.
    const settings = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];
    const [command, ...before] = [...(root ? [] : ['sudo', '-n']), ...settings, ...apt];
    // A failure here shows in what is missing afterwards.
    spawnSync(command, [...before, 'update'], { stdio: 'inherit' });
    spawnSync(command, [...before, 'install', '--no-install-recommends', ...packages], { stdio: 'inherit' });
  }
  return missing();
}
