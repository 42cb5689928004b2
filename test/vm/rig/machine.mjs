// One virtual machine: started on a fresh disk or the one it had, spoken to as root, cut from power, switched off. Only one
// runs at a time; it never outlives this process unless it is told to stay.

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Cable } from './cable.mjs';

/** A machine that is emulated on a busy computer may take this long for a boot. */
const bootMs = 900_000;
const commandMs = 1_200_000;
const stepMs = 250;
/** How often the door is tried, and what ssh says when no command had begun. */
const knocks = 20;
const neverIn = /banner exchange|kex_exchange|Connection (refused|timed out|reset by peer)|port \d+: /i;
/** pcscd's virtual reader listens here, in the guest. */
const cardPort = 35_963;

export class Machine {
  /** Read-only in the guest, as /share. */
  share;
  /** The guest's ttyS1, where a serial reader is plugged in, and its ttyS2, where a lock is. */
  reader;
  lock;
  #rig;
  #folder;
  #sockets = mkdtempSync(join(tmpdir(), 'cardea-vm-'));
  #qemu = null;
  #gone = Promise.resolve();
  #ports = {};

  /** @param rig the folder that the stages filled. */
  constructor(rig) {
    this.#rig = rig;
    this.#folder = join(rig, 'machine');
    this.share = join(rig, 'share');
    for (const folder of [this.#folder, this.share]) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
    }
    const disk = ['-f', 'qcow2', '-b', join(rig, 'base.qcow2'), '-F', 'qcow2', join(this.#folder, 'disk.qcow2')];
    run('qemu-img', ['create', '-q', ...disk]);
    process.once('exit', () => this.#qemu?.kill('SIGKILL'));
  }

  /** What a shell needs to look inside. */
  get door() {
    return ['ssh', ...this.#ssh(), 'root@127.0.0.1'].join(' ');
  }

  /** The port of this computer behind which a card is put on the guest's virtual reader. */
  get cardPort() {
    return this.#ports.card;
  }

  /** Switches on; settles when everything that starts by itself has started. Gives back what systemd says of it. */
  async boot() {
    this.#ports = { ssh: await freePort(), card: await freePort() };
    const log = openSync(join(this.#folder, 'qemu.log'), 'a');
    const qemu = spawn('qemu-system-x86_64', this.#arguments(), {
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#qemu = qemu;
    this.#gone = new Promise((resolve) => {
      qemu.on('error', resolve).on('close', resolve);
    });
    void this.#gone.then(() => {
      if (this.#qemu === qemu) this.#qemu = null;
    });
    const said = await this.#awaitBoot();
    spawnSync('ssh', [...this.#ssh(), '-o', 'ControlMaster=yes', '-fN', 'root@127.0.0.1'], { stdio: 'ignore' });
    this.reader = await Cable.plug(join(this.#sockets, 'reader'));
    this.lock = await Cable.plug(join(this.#sockets, 'lock'));
    return said;
  }

  /**
   * Runs a shell script in the guest as root, under `set -eu`; gives back what it printed on stdout, trimmed.
   * @throws Error with all that it printed, when it ends with another status than 0.
   */
  async sh(script) {
    const { status, out, err } = await this.try(script);
    if (status === 0) return out;
    throw new Error(
      `status ${status} in the guest from:\n${indent(script.trim())}\n${indent(`${out}\n${err}`.trim())}`,
    );
  }

  /** As `sh`, with any status: `{status, out, err}`. A guest that is too busy to open the door is asked again. */
  async try(script) {
    for (let left = knocks; ; left--) {
      if (this.#qemu === null) throw new Error(`the machine is off; what qemu said last:\n${this.#said()}`);
      const result = await this.#ask(script);
      if (left === 0 || result.status !== 255 || !neverIn.test(result.err)) return result;
      await wait(stepMs);
    }
  }

  #ask(script) {
    const child = spawn('ssh', [...this.#ssh(), 'root@127.0.0.1', 'bash -eu -o pipefail -s'], { timeout: commandMs });
    const texts = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      texts.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      texts.err += text;
    });
    child.stdin.on('error', () => {}).end(script);
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status) => resolve({ status, out: texts.out.trim(), err: texts.err.trim() }));
    });
  }

  /** A power cut: whatever the guest had not flushed to its disk is lost. */
  async cut() {
    this.#qemu?.kill('SIGKILL');
    await this.#gone;
    this.reader.unplug();
    this.lock.unplug();
    rmSync(join(this.#sockets, 'ssh'), { force: true });
  }

  /** Ends it, and removes what it kept in the folder for temporary files. Its disk and its console's log stay to look at. */
  async remove() {
    if (this.#qemu !== null) await this.cut();
    rmSync(this.#sockets, { recursive: true, force: true });
  }

  get console() {
    return join(this.#folder, 'console.log');
  }

  #said() {
    const file = join(this.#folder, 'qemu.log');
    return existsSync(file) ? readFileSync(file, 'utf8').slice(-2000) : 'nothing';
  }

  async #awaitBoot() {
    const until = performance.now() + bootMs;
    while (performance.now() < until) {
      if (this.#qemu === null) {
        throw new Error(`qemu ended:\n${this.#said()}`);
      }
      const { out } = await this.#ask(
        'systemctl is-active multi-user.target && systemctl is-system-running --wait || true',
      );
      const [active, state] = out.split('\n');
      if (active === 'active' && state !== undefined) return state;
      await wait(stepMs);
    }
    throw new Error(`the guest did not start within ${bootMs / 1000} s; its console: ${this.console}`);
  }

  #arguments() {
    // Emulation unless asked otherwise: many computers that are virtual themselves have a /dev/kvm that cannot run this.
    const fast = process.env.CARDEA_VM_KVM === '1';
    const kernel = 'root=/dev/vda rw console=ttyS0 quiet panic=5 net.ifnames=0 fsck.repair=yes mitigations=off nokaslr';
    const forwards = [`tcp:127.0.0.1:${this.#ports.ssh}-:22`, `tcp:127.0.0.1:${this.#ports.card}-:${cardPort}`];
    return [
      '-nodefaults -no-user-config -display none -m 1024 -smp 2'.split(' '),
      fast
        ? '-machine q35,accel=kvm -cpu host'.split(' ')
        : '-machine q35 -accel tcg,thread=multi,tb-size=512 -cpu Nehalem'.split(' '),
      ['-kernel', join(this.#rig, 'vmlinuz'), '-initrd', join(this.#rig, 'initrd')],
      ['-append', `${kernel} tsc=reliable no_timer_check ${process.env.CARDEA_VM_APPEND ?? ''}`],
      // Nothing stays in this computer's cache, so that a cut loses what a cut loses.
      ['-drive', `if=none,id=disk,file=${join(this.#folder, 'disk.qcow2')},format=qcow2,cache=none`],
      ['-device', 'virtio-blk-pci,drive=disk'],
      // No way out: an installer that asks the internet for something fails here.
      ['-netdev', `user,id=wire,restrict=on,${forwards.map((one) => `hostfwd=${one}`).join(',')}`],
      ['-device', 'virtio-net-pci,netdev=wire,romfile='],
      ['-virtfs', `local,path=${this.share},mount_tag=share,security_model=none,readonly=on`],
      '-device virtio-rng-pci -device i6300esb -action watchdog=reset'.split(' '),
      ['-chardev', `file,id=console,path=${this.console},append=on`, '-device', 'isa-serial,chardev=console,index=0'],
      ...['reader', 'lock'].map((name, place) => [
        '-chardev',
        `socket,id=${name},path=${join(this.#sockets, name)},server=on,wait=off`,
        '-device',
        `isa-serial,chardev=${name},index=${place + 1}${name === 'lock' ? ',irq=5' : ''}`,
      ]),
    ].flat();
  }

  #ssh() {
    const settings = {
      IdentityFile: join(this.#rig, 'key'),
      Port: this.#ports.ssh,
      ControlPath: join(this.#sockets, 'ssh'),
      StrictHostKeyChecking: 'no',
      UserKnownHostsFile: '/dev/null',
      LogLevel: 'ERROR',
      BatchMode: 'yes',
      ConnectTimeout: 20,
      ServerAliveInterval: 15,
      ServerAliveCountMax: 12,
    };
    return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  }
}

function indent(text) {
  return text.replaceAll(/^/gm, '    ');
}

function run(command, args) {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
}

/** A port that was free a moment ago. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
