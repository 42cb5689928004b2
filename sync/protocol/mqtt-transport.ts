// The real way to the broker: MQTT 3.1.1 over TCP or TLS. One attempt a call; a clean session; everything QoS 1; what waits
// for the broker has a bound, and so has what the broker may send.

import { MqttClient } from 'mqtt';
import type { BrokerConfig } from '../../config/types.ts';
import { GuardedStream } from './guarded-stream.ts';
import { faultOf } from './mqtt-faults.ts';
import { BrokerConfigError, openSocket, read } from './mqtt-socket.ts';
import { PacketGuard } from './packet-guard.ts';
import type {
  Connection,
  ConnectionHandlers,
  ConnectRequest,
  LinkFault,
  PublishOptions,
  Transport,
} from './transport.ts';

const connectTimeoutMs = 20_000;
const keepaliveS = 30;
/** What was handed over and not yet taken by the broker, at most. */
const maxQueuedMessages = 256;
const maxQueuedBytes = 8 * 1024 * 1024;

export function mqttTransport(broker: BrokerConfig): Transport {
  return {
    connect(request, handlers) {
      return new MqttConnection(broker, request, handlers);
    },
  };
}

class MqttConnection implements Connection {
  readonly #handlers: ConnectionHandlers;
  readonly #tlsWithoutCertificate: boolean;
  #client: MqttClient | null = null;
  #over = false;
  #problem: unknown = null;
  #queuedMessages = 0;
  #queuedBytes = 0;

  constructor(broker: BrokerConfig, request: ConnectRequest, handlers: ConnectionHandlers) {
    this.#handlers = handlers;
    this.#tlsWithoutCertificate = broker.url.startsWith('mqtts:') && broker.certFile === null;
    try {
      this.#client = this.#open(broker, request);
    } catch (error) {
      const code = error instanceof BrokerConfigError ? error.code : 'tls';
      const message = error instanceof Error ? error.message : String(error);
      queueMicrotask(() => this.#down({ code, message }));
    }
  }

  publish(topic: string, payload: string | Uint8Array, { retain, delivered }: PublishOptions): boolean {
    const client = this.#client;
    if (this.#over || client === null || !client.connected) return false;
    const bytes = payload.length;
    const busy = this.#queuedMessages > 0;
    if (busy && (this.#queuedMessages >= maxQueuedMessages || this.#queuedBytes + bytes > maxQueuedBytes)) return false;
    this.#queuedMessages++;
    this.#queuedBytes += bytes;
    const wire = typeof payload === 'string' ? payload : Buffer.from(payload.buffer, payload.byteOffset, bytes);
    client.publish(topic, wire, { qos: 1, retain }, (error) => {
      this.#queuedMessages--;
      this.#queuedBytes -= bytes;
      if (!error && !this.#over) delivered?.();
    });
    return true;
  }

  close(done: () => void): void {
    if (this.#over || this.#client === null) {
      done();
      return;
    }
    this.#over = true;
    this.#client.end(false, {}, () => done());
  }

  drop(): void {
    this.#over = true;
    this.#client?.end(true);
  }

  #open(broker: BrokerConfig, request: ConnectRequest): MqttClient {
    const { username, passwordFile } = broker;
    const { will } = request;
    const guard = new PacketGuard(request.maxMessageBytes, (topic, bytes) => {
      if (!this.#over) this.#handlers.oversized(topic, bytes);
    });
    const client = new MqttClient(() => new GuardedStream(openSocket(broker), guard), {
      manualConnect: true,
      reconnectPeriod: 0,
      resubscribe: false,
      protocolVersion: 4,
      clean: true,
      keepalive: keepaliveS,
      connectTimeout: connectTimeoutMs,
      clientId: request.clientId,
      ...(will === null
        ? {}
        : { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } }),
      ...(username === null ? {} : { username }),
      ...(passwordFile === null ? {} : { password: read(passwordFile).replace(/\r?\n$/, '') }),
    });
    client.on('error', (error) => {
      this.#problem ??= error;
    });
    client.on('close', () => this.#down(faultOf(this.#problem, this.#tlsWithoutCertificate)));
    client.on('message', (topic, payload, { retain }) => {
      if (!this.#over) this.#handlers.message(topic, payload, retain);
    });
    client.on('connect', () => this.#subscribe(client, request.subscriptions));
    client.connect();
    return client;
  }

  #subscribe(client: MqttClient, subscriptions: readonly string[]): void {
    client.subscribe([...subscriptions], { qos: 1 }, (error, granted) => {
      if (this.#over) return;
      const refused = granted?.some(({ qos }) => qos > 2) ?? false;
      if (error === null && !refused) {
        this.#handlers.up();
        return;
      }
      this.#problem ??= error ?? new Error('Subscribe error');
      client.end(true);
    });
  }

  #down(fault: LinkFault): void {
    if (this.#over) return;
    this.#over = true;
    this.#client?.end(true);
    this.#handlers.down(fault);
  }
}
