// Faults that the simulator must find, each one that a program like this might have. They are planted around the real parts:
// nothing in the product knows of them.

import Database from 'better-sqlite3';
import type { StateChange } from '../../../access/change.ts';
import { sign } from '../../../sync/protocol/jws.ts';
import { signerOf } from '../../../sync/protocol/keys.ts';
import type { ConnectionHandlers, PublishOptions } from '../../../sync/protocol/transport.ts';
import { claimOf } from '../check/office-disk.ts';
import type { SimKeys } from '../world/keys.ts';
import type { SimPlants } from '../world/plant.ts';

/** The broker's word is taken for the office's: what it has taken counts as delivered. */
export const emptiedOnPuback: SimPlants = {
  edgeTransport: (transport, { officeKeys }) => ({
    connect: (request, handlers) => {
      const connection = transport.connect(request, handlers);
      return {
        ...connection,
        publish: (topic, payload, options) => {
          const isBatch = topic.endsWith('/events');
          const heard = isBatch ? acknowledging(topic, payload, options, handlers, officeKeys) : options;
          return connection.publish(topic, payload, heard);
        },
      };
    },
  }),
};

function acknowledging(
  topic: string,
  payload: string | Uint8Array,
  options: PublishOptions,
  handlers: ConnectionHandlers,
  officeKeys: SimKeys,
): PublishOptions {
  const { epoch, events } = claimOf(Buffer.from(payload)) as { epoch: string; events: readonly { seq: number }[] };
  const ackTopic = topic.replace(/\/events$/, '/ack');
  const through = events.at(-1)?.seq ?? 0;
  const ack = sign(ackTopic, { epoch, through }, signerOf(officeKeys.privateKey));
  return {
    ...options,
    delivered: () => {
      options.delivered?.();
      handlers.message(ackTopic, Buffer.from(ack), false);
    },
  };
}

/** The door is opened first, and written down afterwards. */
export const openedBeforeCommit: SimPlants = {
  journalOpened: (journal, lines) => {
    const commit = journal.commit.bind(journal);
    journal.commit = (drafts, changes, options) => {
      for (const { type, accessPoint } of drafts) {
        if (type === 'access.granted' && accessPoint !== undefined) lines.move(accessPoint, 'unlocked');
      }
      return commit(drafts, changes, options);
    };
  },
};

/** The head of the journal is not on the disk with its last record: after a start its number is given out again. */
export const reusedNumber: SimPlants = {
  beforeStart: ({ life, journal }) => {
    if (life === 1) return;
    const db = new Database(journal);
    try {
      const last = db
        .prepare<[], { seq: number; hash: string }>('SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 2')
        .all();
      const before = last[1];
      if (before === undefined) return;
      db.prepare('DELETE FROM events WHERE seq > ?').run(before.seq);
      db.prepare("UPDATE meta SET value = ? WHERE key = 'head'").run(`${before.seq} ${before.hash}`);
    } finally {
      db.close();
    }
  },
};

/** Of a new replica only a part of the passes gets into the one that decides. */
export const halfApplied: SimPlants = {
  replicasOpened: (replicas) => {
    const open = replicas.open.bind(replicas);
    replicas.open = (build, replica) => {
      const db = new Database(build);
      try {
        const half = 'SELECT id FROM passes ORDER BY id LIMIT (SELECT count(*) / 2 FROM passes)';
        db.exec(`DELETE FROM passes WHERE id IN (${half})`);
      } finally {
        db.close();
      }
      return open(build, replica);
    };
  },
};

/** What was carried out before a start is not remembered after it. */
export const forgottenCommands: SimPlants = {
  journalOpened: (journal) => {
    journal.settledCommands = () => ({ settled: [], issuedMs: new Map() });
  },
};

/** Of a delta each second record does not get into the replica that it makes. */
export const halfRevised: SimPlants = {
  edgeSink: (sink) => ({
    begin: (header) => sink.begin(header),
    revise: (before) => {
      const revision = sink.revise?.(before);
      if (revision === undefined) throw new Error('this sink takes no deltas');
      const put = revision.put.bind(revision);
      let puts = 0;
      revision.put = (...row) => {
        puts += 1;
        if (puts % 2 === 1) put(...row);
      };
      return revision;
    },
  }),
};

type Shared = Extract<StateChange, { do: 'share' }>;

/** What is done with peers' records before they are written. `atMs`: when they came, by the controller's clock. */
function peersTold(tell: (change: Shared, atMs: number) => Shared): SimPlants {
  return {
    journalOpened: (journal) => {
      const commit = journal.commit.bind(journal);
      journal.commit = (drafts, changes, options) => {
        const atMs = options?.at?.wallMs ?? 0;
        const told = changes.map((change) => (change.do === 'share' ? tell(change, atMs) : change));
        return commit(drafts, told, options);
      };
    },
  };
}

/** Now and then a record of a peer is lost on the way, and what comes behind it is taken as if it had been there. */
export const lostPeerRecord: SimPlants = peersTold((change) => {
  const records = change.records.filter(({ seq }) => seq % 7 !== 0);
  return { ...change, records };
});

/** What peers recorded counts in the order in which it came, not in that of the set of all records. */
export const mergedByArrival: SimPlants = peersTold((change, atMs) => ({
  ...change,
  records: change.records.map((record) => ({ ...record, timeMs: Math.trunc(atMs) })),
}));

/** The office never looks for passes that were spent twice. */
export const neverOversold: SimPlants = {
  officeOpened: ({ db }) => {
    const through = "INSERT OR REPLACE INTO meta (key, value) VALUES ('mergedThrough', ?)";
    db.prepare(through).run(Number.MAX_SAFE_INTEGER);
  },
};
