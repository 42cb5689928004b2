// `npm test`: everything that tests need, then build, types, lint, tests. The last line is always `N passed, N failed`, and
// the exit status is 0 only where something passed and nothing failed. Arguments go to vitest (`npm test -- test/unit`).

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provideNfc } from './nfc.mjs';
import { provideServers } from './servers.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const leastNode = [20, 19];

process.exitCode = run(process.argv.slice(2));

function run(args) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1])) {
    return stop(`Node ${leastNode.join('.')} or newer is needed, this is ${process.version}`);
  }
  const missing = provideServers();
  if (missing.length > 0) {
    const names = missing.map(({ program, file, debian }) => `${program ?? file} (Debian: ${debian})`).join(', ');
    return stop(`these programs are needed for the tests and could not be installed here: ${names}`);
  }
  const nfc = provideNfc(root);
  if (nfc !== null) return stop(nfc);
  for (const [what, file, ...more] of [
    ['build', 'typescript/bin/tsc', '-p', 'tsconfig.build.json'],
    ['type check', 'typescript/bin/tsc', '-p', 'tsconfig.json'],
    ['lint', '@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  ]) {
    console.log(`> ${what}`);
    if (node(file, more) !== 0) return stop(`${what} failed`);
  }
  return vitest(args);
}

function vitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-tests-'));
  const results = join(folder, 'results.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
    const status = node('vitest/vitest.mjs', ['run', ...reporters, ...args]);
    return total(JSON.parse(readFileSync(results, 'utf8')), status);
  } catch (error) {
    return stop(`the tests gave no results: ${error.message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A test file that could not even be loaded, and a failure outside of all tests, count as one failed test each. */
function total(results, status) {
  const passed = results.numPassedTests;
  const unloaded = results.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  let failed = results.numFailedTests + unloaded.length;
  if (failed === 0 && (status !== 0 || passed === 0)) failed = 1;
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function stop(reason) {
  console.error(reason);
  console.log('0 passed, 1 failed');
  return 1;
}

/** Runs a tool of node_modules; its exit status, or 1 where a signal ended it. */
function node(file, args) {
  const tool = join(root, 'node_modules', file);
  return spawnSync(process.execPath, [tool, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;
}
