// Which passes a customer can have used, as the replica here says: their own, and those of their teams. A controller that somebody
// took over uses up nobody else's, and gives none back.

import type { Facts } from '../facts.ts';

export type PassOwner = { readonly customer: string } | { readonly team: string };

export interface OwnedBy {
  readonly facts: Pick<Facts, 'customer' | 'localUse'>;
  /** Whose a pass is; undefined: the replica does not list it. */
  readonly ownerOf: (pass: string) => PassOwner | undefined;
}

/**
 * Of a pass that the replica does not list nobody else can be robbed. What was believed once stays believed: somebody leaves a
 * team, and what they used of its passes before is used.
 * @param passes those that may be asked for, all before anything is taken back
 */
export function passesBelieved(
  customer: string,
  passes: readonly string[],
  { facts, ownerOf }: OwnedBy,
): (pass: string) => boolean {
  const teams = facts.customer(customer)?.teams ?? [];
  const foreign = passes.filter((pass) => {
    const owner = ownerOf(pass);
    if (owner === undefined) return false;
    const own = 'customer' in owner ? owner.customer === customer : teams.includes(owner.team);
    return !own && !facts.localUse([pass]).some((use) => use.customer === customer);
  });
  const disbelieved = new Set(foreign);
  return (pass) => !disbelieved.has(pass);
}
