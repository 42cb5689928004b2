// How often each of the situations was met that a site has to be right in: what a world never comes to, it shows nothing of.

import type { Recorded } from '../check/record.ts';

export const situations = [
  'plan limit reached',
  'visitor arrived',
  'booking opened',
  'team pass used',
  'pass oversold',
  'delta taken',
  'snapshot taken',
  'check-in under an unknown time',
  'checked in twice, cut off',
  'stayed over the cut-off, cut off',
  'left by another door after it',
  'clock disturbed inside, cut off',
  'way out proved after the cut-off',
  'settled anew',
  'spaces with two cut-offs',
] as const;

export type Situation = (typeof situations)[number];

export class Met {
  readonly #counts = new Map<Situation, number>(situations.map((situation) => [situation, 0]));
  readonly #isOfTeam: (pass: string) => boolean;

  constructor(isOfTeam: (pass: string) => boolean) {
    this.#isOfTeam = isOfTeam;
  }

  count(situation: Situation): void {
    this.#counts.set(situation, (this.#counts.get(situation) ?? 0) + 1);
  }

  record({ type, data, clock }: Recorded): void {
    if (type === 'access.denied' && data.reason === 'plan-limit') this.count('plan limit reached');
    if (type === 'access.granted' && data.reason === 'booking') this.count('booking opened');
    if (type === 'visitor.arrived') this.count('visitor arrived');
    if (type === 'pass.oversold' && data.withdrawn !== true) this.count('pass oversold');
    if (type === 'replica.applied') this.count(data.how === 'delta' ? 'delta taken' : 'snapshot taken');
    if (type === 'checkout.recorded' && data.merged === true) this.count('settled anew');
    if (type !== 'checkin.recorded') return;
    if (!clock.synchronised) this.count('check-in under an unknown time');
    if (data.since !== undefined) this.count('way out proved after the cut-off');
    if (typeof data.pass === 'string' && this.#isOfTeam(data.pass)) this.count('team pass used');
  }

  get counts(): Readonly<Record<Situation, number>> {
    return Object.fromEntries(this.#counts) as Record<Situation, number>;
  }
}
