// Holds what crosses a broker against docs/asyncapi.yaml, as a stranger would who has nothing but that document: the channel by
// the topic, what was signed out of its JWS, the payload by its JSON Schema; the lines of a chunk, too. It verifies no signature.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Ajv, type ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';
import { parse } from 'yaml';

interface Document {
  readonly channels: Readonly<
    Record<string, { readonly address: string; readonly messages: Readonly<Record<string, unknown>> }>
  >;
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly contentType: string }>>;
    readonly schemas: Readonly<Record<string, object>>;
  };
}

const file = new URL('../../docs/asyncapi.yaml', import.meta.url);
const segment = '[A-Za-z0-9._-]{1,64}';
/** Faults that are told; more are none the wiser. */
const told = 5;

export class WireCheck {
  readonly faults: string[] = [];
  /** How many messages fitted, by channel. */
  readonly seen = new Map<string, number>();
  readonly #document = parse(readFileSync(file, 'utf8')) as Document;
  /** Hashes of payloads that a test made up, to see them refused. */
  readonly #excused = new Set<string>();
  readonly #ajv = new Ajv({ strict: false });
  readonly #channels: readonly {
    readonly name: string;
    readonly topic: RegExp;
    readonly messages: readonly string[];
  }[];

  constructor() {
    ajvFormats.default(this.#ajv);
    const { channels, components } = this.#document;
    this.#ajv.addSchema({ $id: 'asyncapi', components });
    this.#channels = Object.entries(channels).map(([name, { address, messages }]) => ({
      name,
      topic: new RegExp(`^${address.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, segment)}$`),
      messages: Object.keys(messages),
    }));
  }

  /** This payload is meant to be wrong. */
  excuse(payload: string | Uint8Array): void {
    this.#excused.add(hashOf(payload));
  }

  /** An empty payload is how MQTT clears a retained message: it says nothing. */
  take(topic: string, payload: Uint8Array): void {
    if (payload.length === 0 || this.#excused.has(hashOf(payload))) return;
    const channel = this.#channels.find((one) => one.topic.test(topic));
    const fault =
      channel === undefined ? 'no channel has this topic' : this.#fault(channel.messages, topic, Buffer.from(payload));
    if (fault === null) this.seen.set(channel?.name ?? '', (this.seen.get(channel?.name ?? '') ?? 0) + 1);
    else if (this.faults.length < told)
      this.faults.push(`${topic}: ${fault}: ${Buffer.from(payload).toString('latin1', 0, 300)}`);
  }

  /** @throws Error with what did not fit */
  end(): void {
    if (this.faults.length > 0) throw new Error(`not as docs/asyncapi.yaml says:\n${this.faults.join('\n')}`);
  }

  /** null where one of the channel's messages fits. */
  #fault(messages: readonly string[], topic: string, payload: Buffer): string | null {
    const faults = messages.map((message) => this.#faultAs(message, topic, payload));
    return faults.includes(null) ? null : faults.join('; ');
  }

  #faultAs(message: string, topic: string, payload: Buffer): string | null {
    const kind = this.#document.components.messages[message]?.contentType;
    try {
      if (kind === 'application/gzip') return this.#chunkFault(topic, gunzipSync(payload).toString('utf8'));
      if (kind !== 'application/jose') return this.#misfit(message, JSON.parse(payload.toString('utf8')));
      const [header = '', signed = '', signature = '', ...rest] = payload.toString('latin1').split('.');
      if (rest.length > 0 || signature === '') return `${message} is no compact JWS`;
      const said = jsonOf(header) as { readonly topic?: unknown };
      if (said.topic !== topic) return `${message} was signed for ${String(said.topic)}`;
      return this.#misfit('jwsHeader', said) ?? this.#misfit(message, jsonOf(signed));
    } catch (error) {
      return `${message} cannot be read (${String(error).slice(0, 100)})`;
    }
  }

  #chunkFault(topic: string, text: string): string | null {
    const lines = text.split('\n');
    if (lines.pop() !== '') return 'the last line of a chunk has no end';
    const header = topic.endsWith('/0') ? this.#misfit('snapshotHeader', JSON.parse(lines.shift() ?? '')) : null;
    if (header !== null) return header;
    for (const line of lines) {
      const fault = this.#misfit('snapshotRow', JSON.parse(line));
      if (fault !== null) return `${fault} in ${line.slice(0, 200)}`;
    }
    return null;
  }

  #misfit(schema: string, value: unknown): string | null {
    const validate = this.#ajv.getSchema(`asyncapi#/components/schemas/${schema}`) as ValidateFunction | undefined;
    if (validate === undefined) return `there is no schema ${schema}`;
    if (validate(value)) return null;
    const errors = (validate.errors ?? []).slice(-3).map(({ instancePath, message }) => `${instancePath} ${message}`);
    return `${schema}: ${errors.join(', ')}`;
  }
}

function hashOf(payload: string | Uint8Array): string {
  return createHash('sha256').update(payload).digest('hex');
}

function jsonOf(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
}
