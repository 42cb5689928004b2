// What the two sides of the edge's thread say to each other. Everything can be cloned; keys travel as KeyObjects.

import type { OfficeCommand, Reply } from '../protocol/commands.ts';
import type { NamedControllers } from '../protocol/controllers.ts';
import type { PeerRecords } from './peers.ts';
import type { EdgeOptions, ReadyReplica, Refusal, StatusReport } from './ports.ts';

/** From the daemon to the thread. */
export type EdgeOrder =
  | { readonly do: 'start'; readonly options: EdgeOptions }
  /** The newest of both, at most one on its way: the thread answers each with `took`. */
  | { readonly do: 'news'; readonly head: number | null; readonly report: StatusReport | null }
  | { readonly do: 'installed' | 'failed'; readonly revision: number }
  | { readonly do: 'answered'; readonly reply: Reply | null }
  | { readonly do: 'peers-taken'; readonly id: number; readonly taken: boolean }
  | { readonly do: 'stop' };

/** From the thread to the daemon. */
export type EdgeWord =
  | { readonly say: 'took' }
  | {
      readonly say: 'acknowledged';
      readonly epoch: string;
      readonly through: number;
      readonly issuedAtMs: number | null;
    }
  | { readonly say: 'ready'; readonly file: string; readonly replica: ReadyReplica }
  | { readonly say: 'known' | 'confirmed'; readonly revision: number; readonly issuedAtMs: number | null }
  | { readonly say: 'command'; readonly command: OfficeCommand }
  | { readonly say: 'peers'; readonly records: PeerRecords }
  | { readonly say: 'named'; readonly named: NamedControllers }
  | { readonly say: 'refused'; readonly refusal: Refusal }
  | { readonly say: 'connection'; readonly online: boolean; readonly detail: string }
  | { readonly say: 'stopped' };

/** The part that a Worker, its parentPort and a MessagePort have in common. */
export interface ThreadWire {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}
