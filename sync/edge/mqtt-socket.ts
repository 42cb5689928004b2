// The socket to the broker, plain or TLS. The files are read at each attempt, so that a renewed certificate is taken without
// a restart. A plain connection to another machine is never made unless the config says so.

import { readFileSync } from 'node:fs';
import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { BrokerConfig } from '../../config/types.ts';

export class BrokerConfigError extends Error {
  readonly code: 'url' | 'plain' | 'file';
  constructor(code: 'url' | 'plain' | 'file', message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'BrokerConfigError';
    this.code = code;
  }
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** @throws BrokerConfigError */
export function openSocket(broker: BrokerConfig): Duplex {
  const { host, port, secure } = addressOf(broker.url);
  if (!secure) {
    if (!broker.allowPlain && !loopback.test(host)) {
      throw new BrokerConfigError(
        'plain',
        `${broker.url}: mqtt:// to another machine needs allowPlain: true, or use mqtts://`,
      );
    }
    return connectTcp({ host, port, noDelay: true, keepAlive: true });
  }
  const { caFile, certFile, keyFile } = broker;
  const socket = connectTls({
    host,
    port,
    minVersion: 'TLSv1.2',
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(caFile === null ? {} : { ca: read(caFile) }),
    ...(certFile === null ? {} : { cert: read(certFile) }),
    ...(keyFile === null ? {} : { key: read(keyFile) }),
  });
  socket.setNoDelay(true);
  return socket;
}

/** @throws BrokerConfigError */
export function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new BrokerConfigError('file', `${path} cannot be read: check that it is there and who may read it`, error);
  }
}

function addressOf(url: string): { host: string; port: number; secure: boolean } {
  const match = /^(mqtts?):\/\/(?:\[([0-9a-fA-F:]+)\]|([^/:[\]@]+))(?::(\d{1,5}))?\/?$/.exec(url);
  const host = match?.[2] ?? match?.[3];
  if (match === null || host === undefined) {
    throw new BrokerConfigError('url', `${url}: a broker is mqtts://HOST:PORT or mqtt://HOST:PORT`);
  }
  const secure = match[1] === 'mqtts';
  return { host, port: match[4] === undefined ? (secure ? 8883 : 1883) : Number(match[4]), secure };
}
