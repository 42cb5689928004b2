// Commands from our office to our controller over one network on one virtual clock: whatever is lost, doubled by sending again,
// or cut off, each is carried out once at most, never after its expiry, and what the office keeps of it is true.

import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Command } from '../../../access/command/command.ts';
import type { JournalEvent } from '../../../access/event.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { Orders } from '../../../daemon/run/orders.ts';
import { Edge } from '../../../sync/edge/edge.ts';
import type { EdgeHost } from '../../../sync/edge/ports.ts';
import { Office } from '../../../sync/office/office.ts';
import { addCommand, latestCommands } from '../../../sync/office/store/commands.ts';
import { newKeyPair, readPrivateKey, readPublicKey, signerOf } from '../../../sync/protocol/keys.ts';
import { MemoryNetwork } from '../../support/memory-network.ts';
import { anasReplica, ControllerLife, entrance, readerAt } from '../daemon/controller-bench.ts';
import { openBench } from './bench.ts';

function pair() {
  const { privateKeyPem, publicKeyPem } = newKeyPair();
  return { signer: signerOf(readPrivateKey(privateKeyPem)), publicKey: readPublicKey(publicKeyPem) };
}

const [officeKeys, controllerKeys] = [pair(), pair()];
const settings = {
  windowEvents: 8,
  batchEvents: 3,
  batchBytes: 100_000,
  ackTimeoutMs: 5_000,
  backoffMinMs: 500,
  backoffMaxMs: 5_000,
  maxMessageBytes: 1_000_000,
  maxReplicaBytes: 10_000_000,
};

class World {
  readonly bench = openBench();
  readonly clock = this.bench.clock;
  readonly store = this.bench.open();
  readonly network = new MemoryNetwork(this.clock);
  readonly office = new Office({
    clock: this.clock,
    random: seededRandom('office'),
    log: () => {},
    transport: this.network.transport(),
    store: this.store,
    signer: officeKeys.signer,
    siteKey: new Uint8Array(32).fill(7),
    controllers: [{ id: 'c1', publicKey: controllerKeys.publicKey }],
  });
  life = this.#live();
  edge = this.#connect();
  #given = 0;

  start(): void {
    this.office.start();
    this.edge.start();
    this.clock.advance(1_000);
  }

  give(command: Command, lifeMs: number): void {
    const nowMs = this.clock.now().wallMs;
    addCommand(this.store, { id: `c${this.#given++}`, controller: 'c1', command, nowMs, lifeMs });
  }

  /** The program dies and comes back. */
  crash(): void {
    void this.edge.stop();
    this.life.end();
    this.life = this.#live();
    this.edge = this.#connect();
    this.edge.start();
  }

  close(): void {
    void this.edge.stop();
    void this.office.stop();
    this.life.end();
    this.bench.close();
  }

  #live(): ControllerLife {
    const config = { accessPoints: [entrance('main')], readers: [readerAt('main', 'in')] };
    const replica = anasReplica([{ id: 'p1', timePass: 'day' }]);
    return new ControllerLife(join(this.bench.folder, 'journal.db'), { clock: this.clock, config, replica });
  }

  #connect(): Edge {
    const orders = new Orders(this.clock, () => {});
    const { life } = this;
    const host: EdgeHost = {
      acknowledged: () => {},
      replicaReady: () => {},
      replicaKnown: () => {},
      replicaConfirmed: () => {},
      command: (command) => edge.commandAnswered(orders.take(life.controller, command)),
      refused: () => {},
      connection: () => {},
    };
    const source = {
      identity: () => ({ site: 'riverside', controller: 'c1', epoch: 'e' }),
      head: () => 0,
      read: () => [],
    };
    const sink = {
      begin: () => {
        throw new Error('no replica is offered');
      },
    };
    const options = {
      settings,
      signer: controllerKeys.signer,
      officeKeys: [officeKeys.publicKey],
      acknowledged: { through: 0, issuedAtMs: null },
      installed: null,
    };
    const parts = {
      clock: this.clock,
      random: seededRandom('edge'),
      source,
      sink,
      transport: this.network.transport(),
    };
    const edge = new Edge(options, parts, host);
    return edge;
  }
}

function commandsIn(events: readonly JournalEvent[], type: string): { id: string; at: number; expiresAt: number }[] {
  return events
    .filter((event) => event.type === type)
    .flatMap(({ time, data }) => {
      const { id, expiresAt } = data.command as { id?: string; expiresAt?: string };
      return id === undefined ? [] : [{ id, at: Date.parse(time), expiresAt: Date.parse(expiresAt ?? '') }];
    });
}

const door = { accessPoint: 'main', by: 'sam' } as const;
const commands: readonly Command[] = [
  { type: 'unlock', ...door },
  { type: 'lock', ...door },
  { type: 'mode', mode: 'unlocked', ...door },
  { type: 'mode', mode: 'lockdown', ...door },
  { type: 'mode', mode: 'controlled', ...door },
  { type: 'checkin', customer: 'ana', space: 'berlin', by: 'sam' },
  { type: 'checkout', customer: 'ana', space: 'berlin', by: 'sam' },
  { type: 'admit', customer: 'ana', ...door },
];

const step = fc.record({
  afterMs: fc.integer({ min: 0, max: 8_000 }),
  what: fc.oneof(
    { weight: 4, arbitrary: fc.nat({ max: commands.length - 1 }) },
    { weight: 1, arbitrary: fc.constantFrom('break', 'close', 'open', 'lossy', 'safe', 'crash') },
  ),
});

it('are carried out once at most, in their time, and the office keeps what is true, whatever breaks', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), fc.integer(), (steps, seed) => {
      const w = new World();
      const dice = seededRandom(`loss ${seed}`);
      try {
        w.start();
        for (const { afterMs, what } of steps) {
          w.clock.advance(afterMs);
          if (what === 'break') w.network.break();
          else if (what === 'close') w.network.open = false;
          else if (what === 'open') w.network.open = true;
          else if (what === 'lossy') w.network.loses = () => (dice.bytes(1)[0] ?? 0) < 128;
          else if (what === 'safe') w.network.loses = () => false;
          else if (what === 'crash') w.crash();
          else w.give(commands[Number(what)] ?? { type: 'lock', ...door }, 10_000);
        }
        w.clock.advance(30_000);
        const events = w.life.events();
        const applied = commandsIn(events, 'command.applied');
        expect(new Set(applied.map(({ id }) => id)).size).toBe(applied.length);
        expect(applied.filter(({ at, expiresAt }) => at >= expiresAt)).toEqual([]);
        const done = new Set(applied.map(({ id }) => id));
        for (const { id, state } of latestCommands(w.store, 100)) {
          expect(state).not.toBe('waiting');
          if (state !== 'unanswered') expect([id, state, done.has(id)]).toEqual([id, state, state === 'done']);
        }
      } finally {
        w.close();
      }
    }),
    { seed: 6, numRuns: 60 },
  );
});

it('are all carried out, in their order, where nothing breaks', () => {
  const w = new World();
  w.start();
  for (const command of commands) {
    w.give(command, 10_000);
    w.clock.advance(2_000);
  }
  expect(
    latestCommands(w.store, 100)
      .map(({ state, reason }) => [state, reason])
      .reverse(),
  ).toEqual([
    ['done', null],
    ['done', null],
    ['done', null],
    ['done', null],
    ['done', null],
    ['done', null],
    ['done', null],
    ['done', null],
  ]);
  w.close();
});
