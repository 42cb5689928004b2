// The thread's side: makes the edge when it is told to start, does what it is told, and passes on what the edge says.

import { Edge } from './edge.ts';
import type { EdgeHost, EdgeParts, EdgePort } from './ports.ts';
import type { EdgeOrder, EdgeWord, ThreadWire } from './thread-messages.ts';

/** Serves one edge over the wire to the daemon; `parts` are the thread's own. */
export function serveEdge(wire: ThreadWire, parts: EdgeParts): void {
  const say = (word: EdgeWord): void => wire.postMessage(word);
  const host = hostOver(say);
  let edge: EdgePort | null = null;
  wire.on('message', (message) => {
    const order = message as EdgeOrder;
    if (order.do === 'start') {
      edge = new Edge(order.options, parts, host);
      edge.start();
    } else if (order.do === 'news') {
      say({ say: 'took' });
      if (order.head !== null) edge?.journalGrew(order.head);
      if (order.report !== null) edge?.reportStatus(order.report);
    } else if (order.do === 'installed') edge?.replicaInstalled(order.revision);
    else if (order.do === 'failed') edge?.replicaFailed(order.revision);
    else if (order.do === 'answered') edge?.commandAnswered(order.reply);
    else if (order.do === 'peers-taken') edge?.peersTaken(order.id, order.taken);
    else void (edge?.stop() ?? Promise.resolve()).then(() => say({ say: 'stopped' }));
  });
}

function hostOver(say: (word: EdgeWord) => void): EdgeHost {
  return {
    acknowledged: (epoch, through, issuedAtMs) => say({ say: 'acknowledged', epoch, through, issuedAtMs }),
    replicaReady: (file, replica) => say({ say: 'ready', file, replica }),
    replicaKnown: (revision, issuedAtMs) => say({ say: 'known', revision, issuedAtMs }),
    replicaConfirmed: (revision, issuedAtMs) => say({ say: 'confirmed', revision, issuedAtMs }),
    command: (command) => say({ say: 'command', command }),
    peerRecords: (records) => say({ say: 'peers', records }),
    controllersNamed: (named) => say({ say: 'named', named }),
    refused: (refusal) => say({ say: 'refused', refusal }),
    connection: (online, detail) => say({ say: 'connection', online, detail }),
  };
}
