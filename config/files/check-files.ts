// Every file that a config names is there, can be read, holds what it should, and keeps its secret.

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { caution, type Finding, fault } from '../finding.ts';
import { quoted } from '../found.ts';
import { FileError, type KeyPath } from '../problem.ts';
import { textOf, valueAt, valuesAt } from '../raw.ts';
import { maxKeyFileBytes } from '../source/limits.ts';
import { readText } from '../source/read-file.ts';
import { belongTogether, contentFault, publicKeyMark, secretHolds } from './contents.ts';
import { type Holds, keyPairs, type NamedFile } from './named-file.ts';

const mayBeAbsent: readonly Holds[] = ['device', 'folder', 'output'];

/** Findings on the named files of a config of any shape; relative paths start at `folder`. */
export function checkFiles(raw: unknown, files: readonly NamedFile[], folder: string): Finding[] {
  const needed = files.filter(({ holds }) => !mayBeAbsent.includes(holds));
  const single = needed.flatMap(({ at, holds }) =>
    valuesAt(raw, at).flatMap(({ path, value }) => {
      const written = textOf(value);
      return written === undefined ? [] : checkFile(path, written, holds, folder);
    }),
  );
  return [...single, ...checkPairs(raw, folder)];
}

function checkFile(path: KeyPath, written: string, holds: Holds, folder: string): Finding[] {
  const file = resolve(folder, written);
  const text = readOrFinding(path, written, file);
  if (typeof text !== 'string') return [text];
  const content = contentFault(holds, text);
  if (content !== null) return [fault(path, `${quoted(written)}, which holds ${content.found}`, content.allowed)];
  return secretHolds.includes(holds) ? checkMode(path, written, file) : [];
}

function readOrFinding(path: KeyPath, written: string, file: string): string | Finding {
  try {
    return readText(file, maxKeyFileBytes);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const { found, allowed } = error.problems[0] ?? { found: 'a file that cannot be read', allowed: 'a readable file' };
    return fault(path, `${quoted(written)}: ${found} at ${file}`, allowed);
  }
}

/** Whether anyone but its owner may read a secret: a warning, for whoever set the group may have meant it. */
function checkMode(path: KeyPath, written: string, file: string): Finding[] {
  const mode = (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o777;
  if ((mode & 0o077) === 0) return [];
  const octal = mode.toString(8).padStart(4, '0');
  return [
    caution(
      path,
      `${quoted(written)} is open to others than its owner (mode ${octal})`,
      `mode 0600: chmod 600 ${file}`,
    ),
  ];
}

function checkPairs(raw: unknown, folder: string): Finding[] {
  return keyPairs.flatMap(({ certificate, key }) => {
    const [certificateFile, keyFile] = [textOf(valueAt(raw, certificate)), textOf(valueAt(raw, key))];
    if (certificateFile === undefined || keyFile === undefined) return [];
    const certificateText = readOrFinding(certificate, certificateFile, resolve(folder, certificateFile));
    const keyText = readOrFinding(key, keyFile, resolve(folder, keyFile));
    if (typeof certificateText !== 'string' || typeof keyText !== 'string') return [];
    if (belongTogether(certificateText, keyText)) return [];
    return [
      fault(
        key,
        `${quoted(keyFile)}, which is not the key of ${quoted(certificateFile)}`,
        'the private key of certFile',
      ),
    ];
  });
}

/** Public keys that are there more than once, each at its second and later place. @param owner whose the key at a place is */
export function sharedKeys(
  raw: unknown,
  at: readonly string[],
  folder: string,
  owner: (path: KeyPath) => string,
): Finding[] {
  const owners = new Map<string, string>();
  return valuesAt(raw, at).flatMap(({ path, value }) => {
    const written = textOf(value);
    const text = written === undefined ? undefined : readOrFinding(path, written, resolve(folder, written));
    const mark = typeof text === 'string' ? publicKeyMark(text) : null;
    if (written === undefined || mark === null) return [];
    const before = owners.get(mark);
    if (before === undefined) owners.set(mark, owner(path));
    return before === undefined
      ? []
      : [fault(path, `${quoted(written)}, which is also the key of ${before}`, 'a key of its own for each controller')];
  });
}
