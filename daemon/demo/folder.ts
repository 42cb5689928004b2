// The demo's folder: keys made there, and the config files that a real site would write, for whoever wants to look.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeKeyFiles, writeSiteKey } from '../../sync/protocol/key-files.ts';
import { socketName } from '../socket/name.ts';
import { site } from './members.ts';

export interface DemoFolder {
  readonly path: string;
  readonly controllerConfig: string;
  readonly officeConfig: string;
  readonly replica: string;
  readonly journal: string;
  readonly socket: string;
  readonly log: string;
  remove(): void;
}

export function makeFolder(brokerUrl: string, replica: object): DemoFolder {
  const path = mkdtempSync(join(tmpdir(), 'cardea-demo-'));
  const folder: DemoFolder = {
    path,
    controllerConfig: join(path, 'controller.yaml'),
    officeConfig: join(path, 'office.yaml'),
    replica: join(path, 'replica.json'),
    journal: join(path, 'data', 'journal.db'),
    socket: join(path, 'data', socketName),
    log: join(path, 'demo.log'),
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }),
  };
  try {
    mkdirSync(join(path, 'keys'), { mode: 0o700 });
    for (const name of ['office', 'front-desk']) writeKeyFiles(join(path, 'keys', name));
    writeSiteKey(join(path, 'keys', 'site'));
    writeFileSync(folder.controllerConfig, controllerYaml(brokerUrl));
    writeFileSync(folder.officeConfig, officeYaml(brokerUrl));
    writeFileSync(folder.replica, `${JSON.stringify(replica, null, 2)}\n`);
    writeFileSync(folder.log, '');
  } catch (error) {
    folder.remove();
    throw error;
  }
  return folder;
}

function controllerYaml(brokerUrl: string): string {
  return `# The demo's controller: two simulated doors.
site: ${site}
controller: front-desk
credentialKeyFile: keys/site
dataDir: data
upstream:
  url: ${brokerUrl}
  signingKeyFile: keys/front-desk
  officeKeys: [keys/office.pub]
accessPoints:
  - id: front-door
    space: house
    kind: entrance
    lock: { driver: simulated, file: locks.jsonl, unlockTime: 5s }
    contact: { driver: simulated, heldAfter: 30s }
    requestToExit: { driver: simulated }
  - id: room-1
    space: house
    kind: interior
    lock: { driver: simulated, file: locks.jsonl, unlockTime: 5s }
readers:
  - { id: front-in, driver: simulated, accessPoint: front-door, direction: in }
  - { id: front-out, driver: simulated, accessPoint: front-door, direction: out }
  - { id: room-1-in, driver: simulated, accessPoint: room-1, direction: in }
`;
}

function officeYaml(brokerUrl: string): string {
  return `# The demo's office.
site: ${site}
store: sqlite:office.db
upstream: { url: "${brokerUrl}" }
signingKeyFile: keys/office
credentialKeyFile: keys/site
controllers:
  - { id: front-desk, publicKeyFile: keys/front-desk.pub }
`;
}
