// One sentence of a port, as something that can be tried on any world that keeps it: here by vitest, and on a machine that
// has none by a program of its own (test/vm/contract).

export interface ContractCase<World> {
  /** The sentence. */
  readonly name: string;
  /** @param world made for this case, and ended and cleared away by whoever runs it. @throws Error where it is not kept. */
  run(world: World): Promise<void>;
}
