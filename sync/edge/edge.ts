// The controller's end of the wire: events out, acknowledgements and replicas in, commands answered. Every message from
// outside is verified before anything else is done with it; what is refused is counted and reported, never thrown.

import { commandSchema, type Reply } from '../protocol/commands.ts';
import { nobodyNamed } from '../protocol/controllers.ts';
import { type JwsRefusal, sign, signText } from '../protocol/jws.ts';
import { type KeyFor, keyRing } from '../protocol/keys.ts';
import { Link } from '../protocol/link.ts';
import { ackSchema, deltaSchema, manifestSchema, openMessage, wantMessage } from '../protocol/messages.ts';
import { lastWillText } from '../protocol/status.ts';
import {
  type ControllerTopic,
  controllerTopic,
  deltaTopic,
  everyChunkTopic,
  everyControllerTopic,
  manifestTopic,
  parseTopic,
} from '../protocol/topics.ts';
import { Commands } from './commands.ts';
import { Outbox } from './outbox.ts';
import { Peers } from './peers.ts';
import type { EdgeHost, EdgeOptions, EdgeParts, EdgePort, EventSource, RefusalKind, StatusReport } from './ports.ts';
import { Refusals } from './refusals.ts';
import { ReplicaFetch } from './replica-fetch.ts';
import { StatusReporter } from './status-reporter.ts';
import { ThrownOut } from './thrown-out.ts';

export class Edge implements EdgePort {
  readonly #options: EdgeOptions;
  readonly #site: string;
  readonly #controller: string;
  readonly #keyFor: KeyFor;
  readonly #host: EdgeHost;
  readonly #refusals: Refusals;
  readonly #link: Link;
  readonly #outbox: Outbox;
  /** Of journals that a restore went on from: each is delivered beside the others, and holds none of them up. */
  readonly #earlier: readonly Outbox[];
  readonly #replica: ReplicaFetch;
  readonly #commands: Commands;
  readonly #status: StatusReporter;
  /** null: the host has no use for what the other controllers say. */
  readonly #peers: Peers | null;
  #have: number;
  readonly #thrownOut: ThrownOut;

  constructor(options: EdgeOptions, parts: EdgeParts, host: EdgeHost) {
    const { site, controller } = parts.source.identity();
    this.#options = options;
    this.#site = site;
    this.#controller = controller;
    this.#keyFor = keyRing(options.officeKeys);
    this.#host = host;
    this.#refusals = new Refusals(parts.clock, (refusal) => host.refused(refusal));
    this.#status = new StatusReporter(parts.clock, (status) => this.#say('status', status, true));
    this.#thrownOut = new ThrownOut(parts.clock, (times, withinMs) => {
      const often = `the broker ended ${times} connections within ${Math.ceil(withinMs / 60_000)} min`;
      const why = `another device may connect as ${controller} (a cloned card), or the network is bad`;
      this.#refusals.add('connection', 'thrown-out', `${often}: ${why}`);
    });
    this.#outbox = this.#makeOutbox(parts, parts.source, options.acknowledged, false);
    this.#earlier = this.#makeEarlier(parts);
    this.#replica = this.#makeReplica(parts);
    this.#commands = this.#makeCommands();
    this.#have = options.installed?.revision ?? 0;
    this.#peers = this.#makePeers(parts);
    this.#link = this.#makeLink(parts);
  }

  start(): void {
    this.#link.start();
  }

  journalGrew(seq: number): void {
    this.#outbox.grew(seq);
  }

  replicaInstalled(revision: number): void {
    this.#have = revision;
    this.#replica.installed(revision);
  }

  replicaFailed(revision: number): void {
    this.#replica.failed(revision);
  }

  commandAnswered(reply: Reply | null): void {
    this.#commands.answered(reply);
  }

  peersTaken(id: number, taken: boolean): void {
    this.#peers?.taken(id, taken);
  }

  reportStatus(report: StatusReport): void {
    this.#status.report(report);
  }

  stop(): Promise<void> {
    this.#status.goodbye();
    for (const outbox of this.#outboxes()) outbox.offline();
    this.#replica.stop();
    this.#peers?.offline();
    this.#refusals.stop();
    return this.#link.stop();
  }

  #makeEarlier(parts: EdgeParts): Outbox[] {
    return (parts.earlier ?? []).flatMap((source) => {
      const { epoch } = source.identity();
      const cursor = this.#options.earlier?.find((one) => one.epoch === epoch);
      return cursor === undefined ? [] : [this.#makeOutbox(parts, source, cursor, true)];
    });
  }

  #outboxes(): readonly Outbox[] {
    return [...this.#earlier, this.#outbox];
  }

  #makeOutbox(
    { clock }: EdgeParts,
    source: EventSource,
    acknowledged: EdgeOptions['acknowledged'],
    closed: boolean,
  ): Outbox {
    const { settings, signer } = this.#options;
    const topic = controllerTopic(this.#site, this.#controller, 'events');
    return new Outbox({
      clock,
      source,
      closed,
      settings,
      acknowledged,
      send: (batchText) => this.#link.publish(topic, signText(topic, batchText, signer), { retain: false }),
      moved: ({ epoch, through, issuedAtMs }) => this.#host.acknowledged(epoch, through, issuedAtMs),
      refuse: (kind, reason, detail) => this.#refusals.add(kind, reason, detail),
    });
  }

  #makeReplica({ clock, random, sink }: EdgeParts): ReplicaFetch {
    const { settings, installed } = this.#options;
    return new ReplicaFetch({
      clock,
      random,
      site: this.#site,
      settings,
      sink,
      installed,
      want: (want) => this.#say('want', wantMessage(want), false),
      ready: (file, replica) => this.#host.replicaReady(file, replica),
      known: (...told) => this.#host.replicaKnown(...told),
      confirmed: (revision, issuedAtMs) => this.#host.replicaConfirmed(revision, issuedAtMs),
      refuse: (reason, detail) => this.#refusals.add('replica', reason, detail),
    });
  }

  #makeCommands(): Commands {
    return new Commands({
      take: (command) => this.#host.command(command),
      say: (reply) => void this.#say('reply', reply, false),
      refuse: (reason, detail, said) => this.#refusals.add('command', reason, detail, said),
    });
  }

  #makePeers({ clock, source }: EdgeParts): Peers | null {
    const host = this.#host;
    if (host.peerRecords === undefined) return null;
    const { controllers = nobodyNamed, peers: cursors = [], settings } = this.#options;
    const identity = source.identity();
    return new Peers({
      ...identity,
      clock,
      officeKeys: this.#keyFor,
      controllers,
      cursors,
      maxMessageBytes: settings.maxMessageBytes,
      want: (peers) => {
        const own = { controller: identity.controller, epoch: identity.epoch, through: this.#outbox.head };
        this.#say('want', { have: this.#have, peers: [...peers, own] }, false);
      },
      named: (controllers) => host.controllersNamed?.(controllers),
      hand: (records) => host.peerRecords?.(records),
      refuse: (reason, detail) => this.#refusals.add('peers', reason, detail),
    });
  }

  #makeLink({ clock, random, transport }: EdgeParts): Link {
    const { backoffMinMs, backoffMaxMs, maxMessageBytes } = this.#options.settings;
    const [site, controller] = [this.#site, this.#controller];
    const request = {
      clientId: `cardea:${site}:${controller}`,
      will: { topic: controllerTopic(site, controller, 'status'), payload: lastWillText },
      subscriptions: [
        controllerTopic(site, controller, 'ack'),
        controllerTopic(site, controller, 'command'),
        everyChunkTopic(site, controller),
        deltaTopic(site, controller),
        everyChunkTopic(site, null),
        deltaTopic(site, null),
        manifestTopic(site),
        ...(this.#peers === null
          ? []
          : [everyControllerTopic(site, 'events'), controllerTopic(site, controller, 'peers')]),
      ],
      maxMessageBytes,
    };
    return new Link(
      { name: 'edge', clock, random, transport, request, backoffMinMs, backoffMaxMs },
      {
        online: () => {
          this.#status.online();
          for (const outbox of this.#outboxes()) outbox.online();
          this.#replica.online();
          this.#peers?.online();
        },
        offline: (code) => {
          if (code === 'closed') this.#thrownOut.ended();
          this.#status.offline();
          for (const outbox of this.#outboxes()) outbox.offline();
          this.#replica.offline();
          this.#peers?.offline();
        },
        message: (topic, payload, retained) => this.#message(topic, payload, retained),
        oversized: (topic, bytes) =>
          this.#refusals.add('message', 'too-long', `${bytes} bytes on ${topic.slice(0, 200)}`),
        changed: (online, detail) => this.#host.connection(online, detail),
      },
    );
  }

  #say(what: ControllerTopic, message: object, retain: boolean): boolean {
    const topic = controllerTopic(this.#site, this.#controller, what);
    return this.#link.publish(topic, sign(topic, message, this.#options.signer), { retain });
  }

  /** An empty payload is how MQTT says that a retained message is gone: it says nothing. */
  #message(topic: string, payload: Uint8Array, retained: boolean): void {
    if (payload.length === 0) return;
    if (payload.length > this.#options.settings.maxMessageBytes) {
      this.#refusals.add('message', 'too-long', `${payload.length} bytes on ${topic.slice(0, 200)}`);
      return;
    }
    const parsed = parseTopic(topic);
    const ours = parsed !== null && parsed.site === this.#site;
    if (ours && parsed.kind === 'events' && this.#peers !== null) {
      this.#peers.events(topic, parsed.controller, payload, retained);
      return;
    }
    if (!ours || ('controller' in parsed && parsed.controller !== null && parsed.controller !== this.#controller)) {
      this.#refusals.add('message', 'topic', `nothing is expected on ${topic.slice(0, 200)}`);
      return;
    }
    if (parsed.kind === 'chunk') this.#replica.chunk(parsed.revision, parsed.n, payload);
    else if (parsed.kind === 'ack') this.#ack(topic, payload);
    else if (parsed.kind === 'manifest') this.#manifest(topic, payload);
    else if (parsed.kind === 'command') this.#command(topic, payload, retained);
    else if (parsed.kind === 'delta') this.#delta(topic, payload);
    else if (parsed.kind === 'peers') this.#peers?.answer(topic, payload);
    else this.#refusals.add('message', 'topic', `nothing is expected on ${topic}`);
  }

  #ack(topic: string, signed: Uint8Array): void {
    const message = openMessage(ackSchema, signed, this.#opening(topic));
    if (!message.ok) {
      this.#refuse('ack', message);
      return;
    }
    const { payload: ack } = message;
    (this.#earlier.find(({ epoch }) => epoch === ack.epoch) ?? this.#outbox).take(ack);
  }

  #manifest(topic: string, payload: Uint8Array): void {
    const message = openMessage(manifestSchema, payload, this.#opening(topic));
    if (!message.ok) {
      this.#refuse('replica', message);
      this.#replica.manifestRefused();
      return;
    }
    this.#replica.manifest(message.payload);
    this.#peers?.manifest(message.payload);
    for (const outbox of this.#outboxes()) outbox.nudge();
  }

  #command(topic: string, payload: Uint8Array, retained: boolean): void {
    const message = openMessage(commandSchema, payload, this.#opening(topic));
    if (!message.ok) {
      this.#refuse('command', message);
      return;
    }
    this.#commands.received(message.payload, retained);
  }

  #delta(topic: string, payload: Uint8Array): void {
    const message = openMessage(deltaSchema, payload, this.#opening(topic));
    if (message.ok) this.#replica.delta(message.payload, payload.length);
    else this.#refuse('replica', message);
  }

  #opening(topic: string): { topic: string; keyFor: KeyFor; maxBytes: number } {
    return { topic, keyFor: this.#keyFor, maxBytes: this.#options.settings.maxMessageBytes };
  }

  #refuse(kind: RefusalKind, { reason, detail }: JwsRefusal): void {
    this.#refusals.add(kind, reason, detail);
  }
}
