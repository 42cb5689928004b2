// Loads what is compiled, as the installer's proof that a program runs on this machine: exit status 0 and nothing said, or
// the reason. What is optional is told of and no fault.

import { createRequire } from 'node:module';

const require = createRequire(new URL('../package.json', import.meta.url));
const failed = [];
for (const [name, prove] of [
  ['better-sqlite3', (Database) => new Database(':memory:').close()],
  ['serialport', ({ SerialPort }) => SerialPort.binding],
  ['node-unix-socket', ({ DgramSocket }) => new DgramSocket().close()],
]) {
  try {
    prove(require(name));
  } catch (error) {
    failed.push(`${name}: ${String(error.message).split('\n')[0]}`);
  }
}
try {
  require('@pokusew/pcsclite');
} catch (error) {
  console.log(`readers on PC/SC cannot be used: ${String(error.message).split('\n')[0]}`);
}
if (failed.length > 0) {
  console.error(failed.join('; '));
  process.exitCode = 1;
}
