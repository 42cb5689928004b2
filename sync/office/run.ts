// The office as it runs: its keys, its store, held by this process alone, and the real broker. For `cardea office run`.

import type { Clock, Random } from '../../access/clock.ts';
import type { OfficeConfig } from '../../config/types.ts';
import { readPrivateKeyFile, readPublicKeyFile, readSiteKey } from '../protocol/key-files.ts';
import { keyId, signerOf } from '../protocol/keys.ts';
import { mqttTransport } from '../protocol/mqtt-transport.ts';
import { OfficeError } from './error.ts';
import { startHttp } from './http/server.ts';
import type { OfficeLog } from './log.ts';
import { Office, type OfficeCounters, type OfficeFaults, type OfficeParts } from './office.ts';
import { Keeper } from './privacy/keeper.ts';
import { lockStore } from './store/lock.ts';
import { openOfficeStore } from './store/open.ts';
import { bringVisitsUpToDate } from './visits/project.ts';
import { httpPost } from './webhooks/http-post.ts';
import { Webhooks } from './webhooks/webhooks.ts';

export interface OfficeTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: OfficeLog;
  readonly faults?: OfficeFaults;
}

export interface RunningOffice {
  /** Whether it is connected to the broker now. */
  online(): boolean;
  counters(): OfficeCounters;
  /** Where it answers over HTTP; null where it does not. */
  readonly url: string | null;
  /** Says goodbye to the broker, closes the store and lets go of it. Settles within 3 s. */
  stop(): Promise<void>;
}

/** While another process writes, the running office waits this long at a time, and takes messages in between. */
const busyTimeoutMs = 500;

/**
 * Starts the office; a broker that is away is waited for.
 * @throws KeyError, or OfficeError `store-*`, `other-site`, `controller-key`: nothing runs then.
 */
export async function runOffice(config: OfficeConfig, tools: OfficeTools): Promise<RunningOffice> {
  const signer = signerOf(readPrivateKeyFile(config.signingKeyFile));
  const siteKey = readSiteKey(config.credentialKeyFile);
  const controllers = readControllerKeys(config);
  const lock = lockStore(config.store.path);
  try {
    const store = openOfficeStore(config.store.path, { site: config.site, mode: 'write', busyTimeoutMs });
    bringVisitsUpToDate(store);
    const transport = mqttTransport(config.upstream);
    const failed = (error: unknown): void => tools.log('error', `webhooks: ${String(error)}`);
    const webhooks = new Webhooks({ ...tools, store, post: httpPost, failed });
    const recorded = (): void => webhooks.soon();
    const office = new Office({ ...tools, transport, store, signer, siteKey, controllers, recorded });
    const { listen, retention } = config;
    const keeper = new Keeper({
      ...tools,
      store,
      retention,
      merges: () => office.merges,
      failed: (error) => tools.log('error', `retention: ${String(error)}`),
    });
    const http =
      listen === null
        ? null
        : await startHttp({ ...config, listen }, { ...tools, siteKey }).catch((error: unknown) => {
            store.close();
            throw error;
          });
    if (http !== null) tools.log('info', `answers on ${http.url}`);
    office.start();
    webhooks.start();
    keeper.start();
    return {
      online: () => office.online,
      counters: () => office.counters(),
      url: http?.url ?? null,
      stop: async () => {
        keeper.stop();
        await http?.stop();
        await office.stop();
        await webhooks.stop();
        store.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function readControllerKeys(config: OfficeConfig): OfficeParts['controllers'] {
  const owners = new Map<string, string>();
  return config.controllers.map(({ id, publicKeyFile }) => {
    const publicKey = readPublicKeyFile(publicKeyFile);
    const owner = owners.get(keyId(publicKey));
    if (owner !== undefined) {
      throw new OfficeError('controller-key', `${publicKeyFile}: ${id} has the key of ${owner}: give each its own`);
    }
    owners.set(keyId(publicKey), id);
    return { id, publicKey };
  });
}
