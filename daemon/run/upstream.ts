// The way to the office, on a thread of its own: what it begins with, and when a new config needs another one.

import { readFileSync } from 'node:fs';
import type { ControllerConfig, UpstreamConfig } from '../../config/types.ts';
import { earlierFile, withUndelivered } from '../../db/journal/earlier.ts';
import type { Journal } from '../../db/journal/journal.ts';
import type { DriverTools } from '../../drivers/registry.ts';
import type { EdgeHost, EdgeOptions, EdgePort } from '../../sync/edge/ports.ts';
import { edgeThread } from '../../sync/edge/thread-host.ts';
import { readPrivateKeyFile, readPublicKeyFile } from '../../sync/protocol/key-files.ts';
import { signerOf } from '../../sync/protocol/keys.ts';
import type { Log } from '../log.ts';
import type { DataDir } from './data-dir.ts';
import type { EarlierFile, EdgeWorkerData } from './edge-parts.ts';
import type { Machine } from './machine.ts';

export interface UpstreamParts {
  readonly upstream: UpstreamConfig;
  readonly dir: DataDir;
  readonly journal: Journal;
  readonly tools: DriverTools;
  readonly machine: Machine;
  readonly host: EdgeHost;
  /** Asked each time that a thread begins. */
  readonly begin: () => Pick<EdgeOptions, 'acknowledged' | 'earlier' | 'installed' | 'controllers' | 'peers'>;
  readonly log: Log;
}

/** An edge, not yet started. @throws KeyError */
export function makeUpstream(parts: UpstreamParts): EdgePort {
  const { upstream, dir, journal, tools, machine, host, begin, log } = parts;
  const signer = signerOf(readPrivateKeyFile(upstream.signingKeyFile));
  const officeKeys = upstream.officeKeys.map((file) => readPublicKeyFile(file));
  const data: EdgeWorkerData = {
    broker: upstream,
    journal: dir.journal,
    replica: dir.replica,
    earlier: earlierFiles(journal, dir),
  };
  return edgeThread({
    ...tools,
    host,
    spawn: () => machine.startEdge(data),
    options: () => ({ settings: upstream, signer, officeKeys, ...begin() }),
    crashed: ({ message }, againInMs) =>
      log('error', `the upload thread ended (${message}) and begins again in ${againInMs} ms; the doors work`),
  });
}

function earlierFiles(journal: Journal, dir: DataDir): EarlierFile[] {
  const { site, controller } = journal.identity;
  return withUndelivered(journal.earlier).map(({ epoch }) => {
    return { site, controller, epoch, file: earlierFile(dir.journal, epoch) };
  });
}

/** Equal where the same edge would be made: the settings, and what stands in the files that they name. */
export function upstreamMark({ upstream }: ControllerConfig): string {
  if (upstream === null) return '';
  const { caFile, certFile, keyFile, passwordFile, signingKeyFile, officeKeys } = upstream;
  const files = [caFile, certFile, keyFile, passwordFile, signingKeyFile, ...officeKeys];
  const contents = files.map((file) => (file === null ? '' : readFileSync(file, 'utf8')));
  return JSON.stringify([upstream, contents]);
}
