// Where the next replica is made, beside the one that decides: from nothing, or out of one that is there.

import { ReplicaBuilder } from './builder.ts';
import type { ReplicaFactsOfManifest, ReplicaHeader } from './header.ts';
import { ReplicaReviser } from './reviser.ts';

export class ReplicaFiles {
  readonly #file: string;

  /** @param file that of the replica that decides. */
  constructor(file: string) {
    this.#file = file;
  }

  /** @throws DbError `replica-build` */
  begin(header: ReplicaHeader & ReplicaFactsOfManifest): ReplicaBuilder {
    return new ReplicaBuilder(this.#file, header);
  }

  /** @param before what the replica before has to be for it to be led further; null: it is not used. @throws DbError */
  revise(before: { readonly revision: number; readonly digest: string } | null): ReplicaReviser {
    return new ReplicaReviser(this.#file, before);
  }
}
