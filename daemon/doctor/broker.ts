// Knocking at the broker as the controller would, once as a socket and once as a client of MQTT, and going away again.

import { TLSSocket } from 'node:tls';
import type { Timers } from '../../access/clock.ts';
import type { UpstreamConfig } from '../../config/types.ts';
import { faultOf } from '../../sync/protocol/mqtt-faults.ts';
import { openSocket } from '../../sync/protocol/mqtt-socket.ts';
import { mqttTransport } from '../../sync/protocol/mqtt-transport.ts';
import type { LinkFault } from '../../sync/protocol/transport.ts';

export type Reached = { readonly peerValidToMs: number | null } | { readonly fault: LinkFault };

const answerMs = 10_000;
const silent: LinkFault = {
  code: 'timeout',
  message: 'nobody answers at upstream.url: check the address and the network',
};

/** A TCP connection, with TLS where the URL asks for it. `peerValidToMs`: when the broker's certificate ends. */
export function reachBroker(broker: UpstreamConfig, timers: Timers): Promise<Reached> {
  const tlsWithoutCertificate = broker.url.startsWith('mqtts:') && broker.certFile === null;
  return new Promise((resolve) => {
    let socket: ReturnType<typeof openSocket>;
    try {
      socket = openSocket(broker);
    } catch (error) {
      resolve({ fault: { code: 'config', message: error instanceof Error ? error.message : String(error) } });
      return;
    }
    const finish = (reached: Reached): void => {
      cancel();
      socket.destroy();
      resolve(reached);
    };
    const cancel = timers.after('doctor: broker', answerMs, () => finish({ fault: silent }));
    socket.on('error', (error) => finish({ fault: faultOf(error, tlsWithoutCertificate) }));
    socket.on('close', () => finish({ fault: faultOf(null, tlsWithoutCertificate) }));
    socket.on(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => {
      const until = socket instanceof TLSSocket ? Date.parse(socket.getPeerCertificate().valid_to) : Number.NaN;
      finish({ peerValidToMs: Number.isNaN(until) ? null : until });
    });
  });
}

/**
 * null: the broker let us in, and lets us read what the office answers to this controller.
 * @param clientId not the controller's own, which may be connected now.
 * @param topic one that the controller has to hear, and that nothing retained lies on.
 */
export function tryLogin(
  broker: UpstreamConfig,
  clientId: string,
  topic: string,
  timers: Timers,
): Promise<LinkFault | null> {
  return new Promise((resolve) => {
    const request = { clientId, will: null, subscriptions: [topic], maxMessageBytes: broker.maxMessageBytes };
    const finish = (fault: LinkFault | null): void => {
      cancel();
      resolve(fault);
    };
    const connection = mqttTransport(broker).connect(request, {
      up: () => connection.close(() => finish(null)),
      message: () => undefined,
      oversized: () => undefined,
      down: (fault) => finish(fault),
    });
    const cancel = timers.after('doctor: login', answerMs, () => {
      connection.drop();
      resolve(silent);
    });
  });
}
