// Who the site's controllers are, as the office said last: in its manifest, or with the replica that decides. Known as soon as it is
// heard, and after a restart.

import type { Journal } from '../../db/journal/journal.ts';
import {
  isOlderWord,
  type NamedControllers,
  namedControllersSchema,
  nobodyNamed,
} from '../../sync/protocol/controllers.ts';
import type { Log } from '../log.ts';
import { wordsOf } from './error.ts';
import type { Replicas } from './replicas.ts';

export interface SiteControllersParts {
  readonly journal: Pick<Journal, 'get' | 'set' | 'flush'>;
  readonly replicas: Pick<Replicas, 'store' | 'revision'>;
  readonly log: Log;
}

/** The list stands in pieces: a kept value is at most 64 KiB. */
const key = (piece: number): string => `siteControllers ${piece}`;
const pieceControllers = 200;

export class SiteControllers {
  readonly #parts: SiteControllersParts;
  #named: NamedControllers;

  constructor(parts: SiteControllersParts) {
    this.#parts = parts;
    this.#named = read(parts.journal);
  }

  /** What an edge begins with. */
  get newest(): NamedControllers {
    const { replicas } = this.#parts;
    const ofReplica = { controllers: replicas.store.peers, revision: replicas.revision, issuedAtMs: null };
    return isOlderWord(this.#named, ofReplica) ? ofReplica : this.#named;
  }

  /** Whether the site has other controllers, which are to be told what they need. Asked at each commit. */
  get several(): boolean {
    return this.newest.controllers.length > 1;
  }

  /** The office's word, verified, and another than before. Never throws; what a failing disk does not take goes with the next commit. */
  named({ controllers, revision, issuedAtMs }: NamedControllers): void {
    const { journal, log } = this.#parts;
    this.#named = { controllers, revision, issuedAtMs };
    try {
      const list = controllers.map(({ id, publicKey }) => ({ id, publicKey }));
      for (let piece = 0; piece === 0 || piece * pieceControllers < list.length; piece++) {
        const part = list.slice(piece * pieceControllers, (piece + 1) * pieceControllers);
        journal.set(key(piece), { controllers: part, of: list.length, revision, issuedAtMs });
      }
      journal.flush();
    } catch (error) {
      log('error', `who the site's controllers are is not on disk yet: ${wordsOf(error)}`);
    }
  }
}

/** What cannot be read says nothing: the replica does, and the next manifest. */
function read(journal: SiteControllersParts['journal']): NamedControllers {
  const first = namedControllersSchema.safeParse(journal.get(key(0)));
  if (!first.success) return nobodyNamed;
  const { of, revision, issuedAtMs } = first.data;
  const controllers = [...first.data.controllers];
  for (let piece = 1; controllers.length < of; piece++) {
    const next = namedControllersSchema.safeParse(journal.get(key(piece)));
    if (!next.success || next.data.controllers.length === 0) return nobodyNamed;
    controllers.push(...next.data.controllers);
  }
  return { controllers, revision, issuedAtMs };
}
