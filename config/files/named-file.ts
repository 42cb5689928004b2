// Files that a config names: which keys hold paths, what the files hold, and paths made absolute before anything reads them.

import { resolve } from 'node:path';
import { isRecord, recordOf, textOf, valuesAt } from '../raw.ts';

/** What a named file is there for; `device`, `folder` and `output` may be absent and are only made absolute. */
export type Holds =
  | 'credential-key'
  | 'signing-key'
  | 'verifying-key'
  | 'certificates'
  | 'tls-key'
  | 'password'
  | 'reader-key'
  | 'device'
  | 'folder'
  | 'output';

export interface NamedFile {
  /** Where the key stands; `*` for every position of a list. */
  readonly at: readonly string[];
  readonly holds: Holds;
}

const brokerFiles: readonly NamedFile[] = [
  { at: ['upstream', 'caFile'], holds: 'certificates' },
  { at: ['upstream', 'certFile'], holds: 'certificates' },
  { at: ['upstream', 'keyFile'], holds: 'tls-key' },
  { at: ['upstream', 'passwordFile'], holds: 'password' },
];

export const controllerFiles: readonly NamedFile[] = [
  { at: ['credentialKeyFile'], holds: 'credential-key' },
  { at: ['dataDir'], holds: 'folder' },
  ...brokerFiles,
  { at: ['upstream', 'signingKeyFile'], holds: 'signing-key' },
  { at: ['upstream', 'officeKeys', '*'], holds: 'verifying-key' },
  { at: ['accessPoints', '*', 'lock', 'file'], holds: 'output' },
  { at: ['readers', '*', 'path'], holds: 'device' },
  { at: ['readers', '*', 'secureChannelKeyFile'], holds: 'reader-key' },
];

export const officeFiles: readonly NamedFile[] = [
  ...brokerFiles,
  { at: ['signingKeyFile'], holds: 'signing-key' },
  { at: ['credentialKeyFile'], holds: 'credential-key' },
  { at: ['controllers', '*', 'publicKeyFile'], holds: 'verifying-key' },
  { at: ['tls', 'certFile'], holds: 'certificates' },
  { at: ['tls', 'keyFile'], holds: 'tls-key' },
];

/** A certificate and the private key that must belong to it. */
export const keyPairs: readonly { readonly certificate: readonly string[]; readonly key: readonly string[] }[] = [
  { certificate: ['upstream', 'certFile'], key: ['upstream', 'keyFile'] },
  { certificate: ['tls', 'certFile'], key: ['tls', 'keyFile'] },
];

/** The same value with every named path made absolute, relative to `folder`. */
export function absolutePaths(raw: unknown, files: readonly NamedFile[], folder: string): unknown {
  if (!isRecord(raw)) return raw;
  const copy = structuredClone(raw);
  for (const { at } of files) {
    for (const { path, value } of valuesAt(copy, at)) {
      const written = textOf(value);
      const last = path.at(-1);
      if (written === undefined || last === undefined || written.includes('\0')) continue;
      const parent = path.slice(0, -1).reduce<unknown>((node, step) => recordOrList(node)[step], copy);
      recordOrList(parent)[last] = resolve(folder, written);
    }
  }
  return copy;
}

function recordOrList(node: unknown): Record<string | number, unknown> {
  return (Array.isArray(node) ? node : recordOf(node)) as Record<string | number, unknown>;
}
