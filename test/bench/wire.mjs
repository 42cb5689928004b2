// A network in memory between our office and our controllers' ends: every message is handed over at once, after the turn.

import { randomBytes } from 'node:crypto';
import { realClock } from '../../dist/daemon/clock/real.js';
import { Office } from '../../dist/sync/office/office.js';
import { openOfficeStore } from '../../dist/sync/office/store/open.js';
import { newKeyPair, readPrivateKey, readPublicKey, signerOf } from '../../dist/sync/protocol/keys.js';
import { site } from './journals.mjs';

export const clock = realClock(() => true);
export const random = { bytes: (count) => new Uint8Array(randomBytes(count)), next: () => Math.random() };

export function keys() {
  const { privateKeyPem, publicKeyPem } = newKeyPair();
  return { signer: signerOf(readPrivateKey(privateKeyPem)), publicKey: readPublicKey(publicKeyPem), publicKeyPem };
}

/** Whoever connects hears what is published on the topics that it asked for. */
export class Wire {
  #clients = new Set();
  /** Told of each message that somebody publishes. */
  onPublish = () => {};

  transport() {
    return {
      connect: (request, handlers) => {
        const fits = request.subscriptions.map((one) => new RegExp(`^${one.replaceAll('+', '[^/]+')}$`));
        const client = { handlers, wants: (topic) => fits.some((fit) => fit.test(topic)) };
        setImmediate(() => {
          this.#clients.add(client);
          handlers.up();
        });
        return {
          publish: (topic, payload, { delivered }) => {
            const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
            setImmediate(() => {
              this.say(topic, bytes);
              delivered?.();
            });
            return true;
          },
          close: (done) => {
            this.#clients.delete(client);
            done();
          },
          drop: () => this.#clients.delete(client),
        };
      },
    };
  }

  say(topic, bytes) {
    this.onPublish(topic, bytes);
    for (const client of this.#clients) if (client.wants(topic)) client.handlers.message(topic, bytes, false);
  }
}

/** Our office, whole, on a store of its own on the disk. @param controllers `[id, keys]` */
export function startOffice(file, wire, controllers) {
  const store = openOfficeStore(file, { site, mode: 'write' });
  const officeKeys = keys();
  const faults = [];
  const office = new Office({
    clock,
    random,
    log: (level, message) => {
      if (level !== 'info') faults.push(message);
    },
    transport: wire.transport(),
    store,
    signer: officeKeys.signer,
    siteKey: new Uint8Array(32),
    controllers: controllers.map(([id, { publicKey }]) => ({ id, publicKey })),
  });
  office.start();
  const count = () => store.db.prepare('SELECT count(*) FROM events').pluck().get();
  const stop = async () => {
    await office.stop();
    store.close();
  };
  return { officeKeys, faults, count, stop };
}
