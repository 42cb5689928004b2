// All checks of the office's config that look across keys.

import { checkBroker } from '../controller/check-broker.ts';
import { isLoopback } from '../controller/listen.ts';
import { checkFiles, sharedKeys } from '../files/check-files.ts';
import { officeFiles } from '../files/named-file.ts';
import { caution, type Finding, fault } from '../finding.ts';
import { quoted } from '../found.ts';
import { duplicateIds } from '../ids.ts';
import type { KeyPath } from '../problem.ts';
import { recordOf, textOf, valueAt } from '../raw.ts';

/** @param folder where relative paths start */
export function checkOffice(raw: unknown, folder: string): Finding[] {
  return [
    ...duplicateIds(raw, ['controllers']),
    ...checkBroker(raw),
    ...checkFiles(raw, officeFiles, folder),
    ...sharedKeys(raw, ['controllers', '*', 'publicKeyFile'], folder, (path) => quoted(idBeside(raw, path))),
    ...noControllers(raw),
    ...plainPage(raw),
  ];
}

function idBeside(raw: unknown, path: KeyPath): string {
  return textOf(valueAt(raw, [...path.slice(0, -1), 'id'])) ?? 'another controller';
}

function noControllers(raw: unknown): Finding[] {
  const { controllers } = recordOf(raw);
  if (controllers !== undefined && !(Array.isArray(controllers) && controllers.length === 0)) return [];
  return [
    caution([], 'no controllers: nothing that a door sends is believed', 'controllers: [{ id: …, publicKeyFile: … }]'),
  ];
}

function plainPage(raw: unknown): Finding[] {
  const { listen, tls, allowPlain } = recordOf(raw);
  const address = textOf(listen);
  if (address === undefined || (tls ?? null) !== null || isLoopback(address.replace(/:\d+$/, ''))) return [];
  const found = `${quoted(address)}, which answers other machines unencrypted`;
  const allowed = 'tls: { certFile, keyFile }, or 127.0.0.1';
  if (allowPlain === true) return [caution(['listen'], found, allowed)];
  return [fault(['listen'], found, `${allowed}, or allowPlain: true behind something that encrypts`)];
}
