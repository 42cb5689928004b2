// What the installer asks of a config that is right: `node data-dir.mjs CONFIG`, the folder that it names, absolute.

import { dataDirOf } from '../dist/daemon/backup/where.js';

try {
  console.log(dataDirOf(process.argv[2]));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
