// One user of the rig's folder at a time, across processes; whatever ends this process gives it back.

import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Settles when nobody else has it. @throws Error when somebody has. */
export function takeRig(folder) {
  // It holds the lock until its stdin ends, which is when this process ends.
  const holder = spawn('flock', ['--nonblock', join(folder, 'lock'), 'sh', '-c', 'echo held; exec cat > /dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  holder.unref();
  holder.stdin.unref();
  holder.stdin.on('error', () => {});
  return new Promise((resolve, reject) => {
    holder.on('error', reject);
    holder.on('exit', () => reject(new Error(`another test uses ${folder}: wait for it, or set CARDEA_VM_DIR`)));
    holder.stdout.once('data', () => {
      holder.stdout.unref();
      resolve();
    });
  });
}
