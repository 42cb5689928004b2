// A Raspberry Pi that is set up rightly, as a made-up tree with real databases and real sockets: each test spoils one thing.

import { generateKeyPairSync } from 'node:crypto';
import { chownSync, existsSync, lstatSync, readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import type { Json } from '../../../access/event.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { Tree } from '../../../daemon/devices/tree.ts';
import type { Finding } from '../../../daemon/doctor/check.ts';
import { examine } from '../../../daemon/doctor/doctor.ts';
import { openSocketServer, type SocketServer } from '../../../daemon/socket/server.ts';
import { openJournal } from '../../../db/journal/open-journal.ts';
import { install, ReplicaBuilder } from '../../../db/replica/builder.ts';
import { gpioChip, MadeUpTree, usbSerial } from '../devices/made-up-tree.ts';

/** The tests may run as anybody; the made-up service is then the same user, and one of its own where that is root. */
const own = process.getuid?.() ?? 0;
export const serviceUid = own === 0 ? 64_123 : own;
const serviceGid = own === 0 ? 64_123 : (process.getgid?.() ?? 0);

export const startMs = Date.UTC(2026, 2, 2, 8);
export const byId = '/dev/serial/by-id/usb-reader';

const unit: Readonly<Record<string, string>> = {
  LoadState: 'loaded',
  ActiveState: 'active',
  SubState: 'running',
  UnitFileState: 'enabled',
  Result: 'success',
  FragmentPath: '/etc/systemd/system/cardea.service',
  User: 'cardea',
  SupplementaryGroups: '',
};

export class Pi extends MadeUpTree {
  nodeVersion = '20.19.0';
  readers: readonly string[] | Error = ['ACS ACR122U PICC Interface 00 00'];
  nfc: () => void = () => {};
  gpio: () => void = () => {};
  wallMs = startMs;
  /** Lines of the config beside those that every one has. */
  upstream = '';
  /** What the running controller says of itself. */
  says: Json = {};
  #sockets: SocketServer[] = [];
  #servers: Server[] = [];

  constructor() {
    super();
    this.#makeSystem();
    this.#makeDevices();
    this.#makeController();
  }

  get dataDir(): string {
    return this.path('/var/lib/cardea');
  }

  /** What systemctl says of the unit, all right but for what is given. */
  unit(more: Readonly<Record<string, string>> = {}, watchdog = '15s'): void {
    const says = Object.entries({ ...unit, ...more }).map(([key, value]) => `${key}=${value}`);
    const script = `case "$*" in *RuntimeWatchdog*) echo ${watchdog};; *) cat <<'END'\n${says.join('\n')}\nEND\n;; esac`;
    this.program('/usr/bin/systemctl', script);
  }

  /** The service runs as somebody else than the owner of all this. */
  stranger(): void {
    this.file('/etc/passwd', 'root:x:0:0::/root:/bin/sh\nstranger:x:64999:64999::/:/usr/sbin/nologin\n');
    this.unit({ User: 'stranger' });
  }

  /** Puts in the place of a file or folder what nobody, not even root, can look into: a link to itself. */
  hide(path: string): void {
    this.remove(path);
    this.rawLink(path, path.slice(path.lastIndexOf('/') + 1));
  }

  config(change: (text: string) => string = (text) => text): void {
    const text = `site: riverside
controller: front-desk
credentialKeyFile: keys/site
dataDir: ../../var/lib/cardea
${this.upstream}
accessPoints:
  - id: front-door
    space: riverside
    kind: entrance
    lock: { driver: gpio, chip: pinctrl-bcm2711, line: 17 }
readers:
  - { id: desk, driver: serial, path: ${byId}, accessPoint: front-door, direction: in }
  - { id: card, driver: pcsc, reader: "ACS ACR122U*", accessPoint: front-door, direction: in }
`;
    this.file('/etc/cardea/controller.yaml', change(text));
  }

  journal(controller = 'front-desk'): void {
    for (const part of ['', '-wal', '-shm']) this.remove(`/var/lib/cardea/journal.db${part}`);
    const file = this.path('/var/lib/cardea/journal.db');
    const clock = new VirtualClock(startMs);
    openJournal({
      file,
      site: 'riverside',
      controller,
      durability: 'none',
      clock,
      random: seededRandom('pi'),
    }).journal.close();
  }

  replica(site = 'riverside'): void {
    const file = this.path('/var/lib/cardea/replica.db');
    install(new ReplicaBuilder(file, { site, revision: 42, counts: {} }).finish(), file);
  }

  /** A daemon's socket and that of pcscd, both real. */
  async listen(): Promise<void> {
    await this.listenAsDaemon();
    await this.listenAsPcscd();
  }

  async listenAsDaemon(): Promise<void> {
    const path = this.path('/var/lib/cardea/cardea.sock');
    this.#sockets.push(await openSocketServer({ path, group: null, log: () => {}, answer: () => this.says }));
  }

  async listenAsPcscd(): Promise<void> {
    this.folder('/run/pcscd');
    const server = createServer((socket) => socket.destroy());
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(this.path('/run/pcscd/pcscd.comm'), resolve));
  }

  /** @param config as somebody names it who stands elsewhere; null for the installed one. */
  async doctor(config: string | null = null): Promise<Finding[]> {
    this.give('/var/lib/cardea');
    this.give('/etc/cardea/keys');
    const { readers, nfc, gpio } = this;
    const machine = {
      tree: new Tree(this.root),
      clock: new VirtualClock(this.wallMs),
      nodeVersion: this.nodeVersion,
      listReaders: async () => {
        if (readers instanceof Error) throw readers;
        return readers;
      },
      requireNfc: nfc,
      requireGpio: gpio,
    };
    return examine(machine, config, '/etc/cardea/controller.yaml');
  }

  /** Hands a folder or file with all in it to the service, as far as this process may. */
  give(path: string): void {
    if (own !== 0 || !existsSync(this.path(path))) return;
    chownSync(this.path(path), serviceUid, serviceGid);
    if (!lstatSync(this.path(path)).isDirectory()) return;
    for (const name of readdirSync(this.path(path))) this.give(`${path}/${name}`);
  }

  async end(): Promise<void> {
    await Promise.all(this.#sockets.map((socket) => socket.close()));
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
    this.close();
  }

  #makeSystem(): void {
    this.folder('/run/systemd/system');
    this.file('/run/systemd/timesync/synchronized', '');
    this.unit();
    this.file(
      '/etc/passwd',
      `root:x:0:0::/root:/bin/sh\ncardea:x:${serviceUid}:${serviceGid}::/var/lib/cardea:/usr/sbin/nologin\n`,
    );
    this.groups('cardea');
    this.file('/etc/udev/rules.d/60-cardea.rules', '');
    this.file('/proc/mounts', '/dev/mmcblk0p2 / ext4 rw,noatime 0 0\nproc /proc proc rw 0 0\n');
    this.file('/proc/modules', 'snd 45056 1 - Live 0x0\n');
    this.file('/proc/cmdline', 'console=tty1 root=/dev/mmcblk0p2\n');
    this.file('/proc/sys/kernel/osrelease', '6.12.1-v8\n');
    this.file('/proc/device-tree/model', 'Raspberry Pi 4 Model B Rev 1.4\0');
    this.file('/boot/firmware/config.txt', '[all]\ndtparam=strict_gpiod\n');
    this.program('/usr/bin/vcgencmd', 'echo throttled=0x0');
    this.program('/usr/sbin/pcscd', ':');
    this.file('/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy', '');
    const rule =
      'if (action.id == "org.debian.pcsc-lite.access_pcsc" && subject.user == "cardea") return polkit.Result.YES;';
    this.file('/etc/polkit-1/rules.d/60-cardea.rules', rule);
  }

  /** @param members of dialout and gpio. */
  groups(members: string): void {
    this.file('/etc/group', `cardea:x:${serviceGid}:sam\ndialout:x:64020:${members}\ngpio:x:64099:${members}\n`);
  }

  #makeDevices(): void {
    usbSerial(this, 'ttyUSB0', { ids: '0403:6001' });
    this.file('/sys/devices/usb1/1-ttyUSB0/1-1:1.0/ttyUSB0/latency_timer', '1\n');
    // The only device that every test machine lets everybody open; its number is made to mean the port.
    this.remove('/dev/ttyUSB0');
    this.rawLink('/dev/ttyUSB0', '/dev/null');
    this.link('/sys/dev/char/1:3', '/sys/class/tty/ttyUSB0');
    this.link(byId, '/dev/ttyUSB0');
    gpioChip(this, 'gpiochip0', { old: { base: 512, label: 'pinctrl-bcm2711', lines: 58 } });
    this.file('/sys/class/gpio/export', '');
    this.give('/dev/gpiochip0');
    this.file('/dev/watchdog', '');
    this.file('/dev/mmcblk0p2', '');
    const disk = '/sys/devices/mmc0/block/mmcblk0';
    for (const [key, value] of [
      ['type', 'SD'],
      ['name', 'SC32G'],
      ['date', '03/2025'],
    ])
      this.file(`/sys/devices/mmc0/${key}`, `${value}\n`);
    this.folder(`${disk}/mmcblk0p2`);
    this.link(`${disk}/device`, '/sys/devices/mmc0');
    this.link('/sys/class/block/mmcblk0p2', `${disk}/mmcblk0p2`);
    this.file('/sys/fs/ext4/mmcblk0p2/errors_count', '0\n');
    this.file('/sys/fs/ext4/mmcblk0p2/lifetime_write_kbytes', `${7 * 1024 ** 2}\n`);
  }

  #makeController(): void {
    this.file('/etc/cardea/keys/site', `${Buffer.alloc(32, 7).toString('base64')}\n`, 0o600);
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    this.file('/etc/cardea/keys/own', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
    this.file('/etc/cardea/keys/office.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
    this.config();
    this.folder(dirname('/var/lib/cardea/x'), 0o750);
    this.journal();
    this.replica();
  }
}
