// The edge behind a wire of real message ports, and a thread that dies and is started again.

import { MessageChannel, Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type { EdgeOptions } from '../../../sync/edge/ports.ts';
import { edgeOverPort } from '../../../sync/edge/remote-edge.ts';
import { serveEdge } from '../../../sync/edge/serve.ts';
import { edgeThread } from '../../../sync/edge/thread-host.ts';
import { eventually } from '../../support/eventually.ts';
import { base, FakeHost, FakeJournal, FakeSink, own, settings, startMs } from './edge-world.ts';
import { customersSnapshot, MemoryBroker, newParty, type Party, readAs, signAs } from './fake-office.ts';

const report = { version: '1', revision: 0, pending: 0, clock: { synchronised: true }, accessPoints: [], readers: [] };

function optionsOf(office: Party, controller: Party, through = 0): EdgeOptions {
  return {
    settings,
    signer: { kid: controller.kid, privateKey: controller.privateKey },
    officeKeys: [office.publicKey],
    acknowledged: { through, issuedAtMs: null },
    installed: null,
  };
}

describe('over message ports', () => {
  it('everything travels both ways', async () => {
    const [office, controller] = [await newParty(), await newParty()];
    const [clock, journal, sink, host] = [new VirtualClock(startMs), new FakeJournal(), new FakeSink(), new FakeHost()];
    const broker = new MemoryBroker(clock);
    const { port1, port2 } = new MessageChannel();
    serveEdge(port2, { clock, random: seededRandom('t'), source: journal, sink, transport: broker });
    const edge = edgeOverPort(port1, optionsOf(office, controller), host);
    edge.start();
    await eventually('an attempt', () => broker.attempts.length === 1);
    clock.advance(5);
    await eventually('online', () => host.connections.length === 1);

    edge.journalGrew(journal.append(3));
    edge.reportStatus(report);
    const [batch] = await eventually('a batch', () => {
      const found = broker.take('/events');
      return found.length > 0 && found;
    });
    if (batch === undefined) throw new Error('no batch');
    expect((await readAs<{ events: unknown[] }>(controller, batch)).events).toHaveLength(3);
    await eventually('a status', () => broker.take('/status').length === 1);

    const say = async (topic: string, payload: unknown): Promise<void> =>
      broker.deliver(topic, await signAs(office, topic, payload));
    await say(`${own}/ack`, { epoch: journal.epoch, through: 3 });
    broker.deliver(`${own}/ack`, 'garbage');
    const snapshot = customersSnapshot(42, 3, 1);
    await say(`${base}/replica/manifest`, snapshot.manifest);
    broker.deliver(`${own}/replica/chunk/42/0`, snapshot.chunks[0] ?? '');
    await eventually('ready', () => host.ready.length === 1);
    expect(host.acks).toEqual([[3, null]]);
    expect(host.reasons()).toEqual(['ack/malformed']);
    expect(host.ready[0]).toMatchObject({ file: 'replica-42', replica: { revision: 42, counts: { customers: 3 } } });

    edge.replicaInstalled(42);
    const confirmed = async (): Promise<boolean> => {
      await say(`${base}/replica/manifest`, snapshot.manifest);
      return host.confirmed.length > 0;
    };
    await eventually('confirmed', confirmed);
    expect(host.confirmed).toEqual([[42, null]]);

    const stopped = edge.stop();
    await eventually('goodbye', () => broker.take('/status').length === 1);
    clock.advance(5);
    await stopped;
    port1.close();
  });

  it('at most one message of news is on its way, and it holds the newest', async () => {
    const [office, controller] = [await newParty(), await newParty()];
    const { port1, port2 } = new MessageChannel();
    const heard: unknown[] = [];
    port2.on('message', (message) => heard.push(message));
    const edge = edgeOverPort(port1, optionsOf(office, controller), new FakeHost());
    for (let seq = 1; seq <= 1000; seq++) edge.journalGrew(seq);
    for (let pending = 1; pending <= 1000; pending++) edge.reportStatus({ ...report, pending });
    await eventually('the first', () => heard.length === 1);
    port2.postMessage({ say: 'took' });
    await eventually('the second', () => heard.length === 2);
    port2.postMessage({ say: 'took' });
    edge.replicaFailed(1);
    await eventually('the third', () => heard.length === 3);
    expect(heard).toEqual([
      { do: 'news', head: 1, report: null },
      { do: 'news', head: 1000, report: { ...report, pending: 1000 } },
      { do: 'failed', revision: 1 },
    ]);
    port1.close();
  });
});

describe('a thread', () => {
  async function world(code: string) {
    const [office, controller] = [await newParty(), await newParty()];
    const [clock, host] = [new VirtualClock(startMs), new FakeHost()];
    const crashes: { message: string; againInMs: number }[] = [];
    const workers: Worker[] = [];
    let through = 0;
    const edge = edgeThread({
      clock,
      random: seededRandom('thread'),
      host,
      spawn: () => {
        const worker = new Worker(`const { parentPort, threadId } = require('node:worker_threads');\n${code}`, {
          eval: true,
        });
        workers.push(worker);
        return worker;
      },
      options: () => optionsOf(office, controller, through++),
      crashed: ({ message }, againInMs) => crashes.push({ message, againInMs }),
    });
    return { clock, host, crashes, workers, edge, office };
  }

  // Says as a refusal what it was told, and dies when it hears of sequence number 13.
  const parrot = `parentPort.on('message', (m) => {
    const detail = m.do === 'start' ? 'start ' + m.options.acknowledged.through + ' ' + m.options.officeKeys[0].asymmetricKeyType
      : m.do === 'news' ? 'news ' + m.head : m.do;
    parentPort.postMessage({ say: 'refused', refusal: { kind: 'message', reason: 'parrot', detail, count: 1 } });
    if (m.do === 'news') parentPort.postMessage({ say: 'took' });
    if (m.do === 'stop') parentPort.postMessage({ say: 'stopped' });
    if (m.head === 13) throw new Error('unlucky');
  });`;

  it('that dies is reported, and started again from what is known by then', async () => {
    const w = await world(parrot);
    const details = (): string[] => w.host.refusals.map(({ detail }) => detail);
    w.edge.start();
    await eventually('the first start', () => details().includes('start 0 ed25519'));
    w.edge.journalGrew(13);
    await eventually('the crash', () => w.crashes.length === 1);
    expect(w.crashes[0]?.message).toBe('unlucky');
    expect(w.crashes[0]?.againInMs).toBeLessThanOrEqual(1000);
    expect(w.host.connections).toEqual([[false, 'the upload thread ended: unlucky']]);
    w.edge.journalGrew(14);
    expect(w.workers).toHaveLength(1);
    w.clock.advance(1000);
    expect(w.workers).toHaveLength(2);
    await eventually('the second start', () => details().includes('news 14'));
    expect(details()).toContain('start 1 ed25519');
    const stopped = w.edge.stop();
    await stopped;
    expect(details().at(-1)).toBe('stop');
    expect(w.clock.waits()).toEqual([]);
    w.clock.advance(600_000);
    expect(w.workers).toHaveLength(2);
    expect(w.crashes).toHaveLength(1);
  });

  it('that dies at once waits longer each time', async () => {
    const w = await world('process.exit(7);');
    w.edge.start();
    for (let n = 1; n <= 5; n++) {
      await eventually(`crash ${n}`, () => w.crashes.length === n);
      w.clock.advance(w.crashes[n - 1]?.againInMs ?? 0);
    }
    await eventually('crash 6', () => w.crashes.length === 6);
    expect(w.crashes[0]?.message).toBe('the thread ended with 7');
    expect(w.crashes[5]?.againInMs).toBeGreaterThanOrEqual(16_000);
    await w.edge.stop();
    expect(w.clock.waits()).toEqual([]);
  });

  it('that hangs is ended 3 s after it was told to stop', async () => {
    const w = await world("parentPort.on('message', () => { for (;;); });");
    w.edge.start();
    w.edge.journalGrew(1);
    const stopped = w.edge.stop();
    expect(w.clock.waits()).toEqual(['edge thread goodbye']);
    w.clock.advance(3_000);
    await stopped;
    expect(w.crashes).toEqual([]);
  });

  it('that cannot be made is tried again', async () => {
    const [clock, host] = [new VirtualClock(startMs), new FakeHost()];
    const [office, controller] = [await newParty(), await newParty()];
    const crashes: string[] = [];
    const edge = edgeThread({
      clock,
      random: seededRandom('thread'),
      host,
      spawn: () => {
        throw new Error('no such file');
      },
      options: () => optionsOf(office, controller),
      crashed: ({ message }) => crashes.push(message),
    });
    edge.start();
    clock.advance(10_000);
    expect(crashes.length).toBeGreaterThan(3);
    expect(crashes[0]).toBe('no such file');
    await edge.stop();
    expect(clock.waits()).toEqual([]);
  });
});
