// The AsyncAPI document (3.0) of the whole wire, as docs/asyncapi.yaml has it: one row a channel, from which channels, messages
// and the operations of both ends are made. A new message is a row here and a schema in schemas.ts.

import { stringify } from 'yaml';
import { type Schema, wireSchemas } from './schemas.ts';

type End = 'controller' | 'office';

interface Channel {
  readonly name: string;
  readonly address: string;
  readonly title: string;
  readonly from: End;
  readonly retained: boolean;
  /** By the names of their schemas. The first is signed unless `unsigned` names it. */
  readonly messages: readonly string[];
}

/** Raw bytes, and the one text that a broker says for a controller. */
const unsigned: readonly string[] = ['chunk', 'lastWill'];

const one = 'cardea/1/{site}/{controller}';
const all = 'cardea/1/{site}';

export const channels: readonly Channel[] = [
  row('events', `${one}/events`, 'A batch of events', 'controller', ['events']),
  row('ack', `${one}/ack`, 'An acknowledgement, once the events are on disk', 'office', ['ack']),
  {
    ...row('status', `${one}/status`, 'What a controller says of itself', 'controller', ['status', 'lastWill']),
    retained: true,
  },
  row('command', `${one}/command`, 'A command, which takes effect at most once', 'office', ['command']),
  row('reply', `${one}/reply`, 'What became of a command', 'controller', ['reply']),
  row('want', `${one}/want`, 'What a controller has, and asks for', 'controller', ['want', 'peersWant']),
  row('peers', `${one}/peers`, 'Records of the other journals of the site that a controller asked for', 'office', [
    'peers',
  ]),
  {
    ...row('manifest', `${all}/replica/manifest`, 'What makes the newest revision whole', 'office', ['manifest']),
    retained: true,
  },
  row('ownChunk', `${one}/replica/chunk/{revision}/{n}`, 'A part of a snapshot, for one controller', 'office', [
    'chunk',
  ]),
  row('chunk', `${all}/replica/chunk/{revision}/{n}`, 'A part of a snapshot, for all', 'office', ['chunk']),
  row('ownDelta', `${one}/replica/delta`, 'A change between two revisions, for one controller', 'office', ['delta']),
  row('delta', `${all}/replica/delta`, 'A change between two revisions, for all', 'office', ['delta']),
];

function row(name: string, address: string, title: string, from: End, messages: readonly string[]): Channel {
  return { name, address, title, from, retained: false, messages };
}

const parameters: Readonly<Record<string, { description: string }>> = {
  site: { description: 'id of the site: [A-Za-z0-9._-]{1,64}' },
  controller: {
    description: 'id of the controller: [A-Za-z0-9._-]{1,64}; `office` for the journal of the office itself',
  },
  revision: { description: 'revision of the snapshot, decimal' },
  n: { description: 'number of the chunk, from 0, decimal' },
};

export function isSigned(message: string): boolean {
  return !unsigned.includes(message);
}

export function asyncApi(): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Cardea: the wire between controllers and the office',
      version: '1',
      description: [
        'MQTT 3.1.1 or 5, QoS 1 throughout, TLS with client certificates. Made from the schemas that the program reads with;',
        'what the messages mean, and what each end does with them, is in docs/protocol.md. A signed message is a compact JWS',
        '(RFC 7515) with Ed25519: its payload here is what was signed, and its header is `jwsHeader`. Keys that a receiver does',
        'not know are left aside.',
      ].join(' '),
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/jose',
    channels: Object.fromEntries(channels.map((channel) => [channel.name, channelOf(channel)])),
    operations: operations(),
    components: { messages: messages(), schemas: wireSchemas() },
  };
}

/** The text of docs/asyncapi.yaml. */
export function asyncApiText(): string {
  const head = '# Made by `npm run asyncapi` from the schemas of the program: change those, and make it anew.\n';
  return head + stringify(asyncApi(), { lineWidth: 120, aliasDuplicateObjects: false });
}

function channelOf({ address, title, retained, messages: names }: Channel): object {
  const named = [...address.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, parameters[name]]);
  return {
    address,
    title,
    parameters: Object.fromEntries(named),
    messages: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
    bindings: { mqtt: { bindingVersion: '0.2.0' } },
    'x-retained': retained,
  };
}

/** Each channel has an end that sends and one that receives. */
function operations(): object {
  const made = channels.flatMap((channel) => {
    const { name, from } = channel;
    const to: End = from === 'office' ? 'controller' : 'office';
    const capital = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    return [
      [`${from}Sends${capital}`, operationOf(channel, 'send', from)],
      [`${to}Receives${capital}`, operationOf(channel, 'receive', to)],
    ] as const;
  });
  return Object.fromEntries(made);
}

function operationOf({ name, retained, messages: names }: Channel, action: 'send' | 'receive', end: End): object {
  return {
    action,
    channel: { $ref: `#/channels/${name}` },
    tags: [{ name: end }],
    messages: names.map((message) => ({ $ref: `#/channels/${name}/messages/${message}` })),
    bindings: { mqtt: { qos: 1, retain: retained && action === 'send', bindingVersion: '0.2.0' } },
  };
}

function messages(): object {
  const names = [...new Set(channels.flatMap((channel) => channel.messages))];
  return Object.fromEntries(names.map((name) => [name, messageOf(name)]));
}

function messageOf(name: string): object {
  const payload: Schema = { $ref: `#/components/schemas/${name}` };
  if (isSigned(name))
    return {
      name,
      contentType: 'application/jose',
      payload,
      'x-jws-header': { $ref: '#/components/schemas/jwsHeader' },
    };
  return { name, contentType: name === 'chunk' ? 'application/gzip' : 'application/json', payload };
}
