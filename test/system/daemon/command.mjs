// One command of the build as a process of its own: `NAME args…`, as the launcher would run it.

import { Command } from 'commander';
import { processIo } from '../../../dist/daemon/cli/io.js';

const args = process.argv.slice(2);
const name = args[0] ?? '';
const file = name === 'unlock' || name === 'lock' ? 'release' : name;
const module = await import(`../../../dist/daemon/cli/commands/${file}.js`);
const program = new Command('cardea');
module[`register${name[0]?.toUpperCase()}${name.slice(1)}`](program, processIo());
try {
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  console.error(`cardea: ${error.message}`);
  process.exitCode = error.status ?? 1;
}
