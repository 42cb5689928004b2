// In which order what would let in is told: first what somebody at the desk can do at once, last what is the site's policy.

import type { WhatIf } from './ask.ts';

const order: readonly string[] = [
  'credential-issued',
  'credential-active',
  'credential-not-expired',
  'credential-valid',
  'account-enabled',
  'pin',
  'second-person',
  'anti-passback',
  'interlock',
  'occupancy',
  'lock-out',
  'visitor-approved',
  'visitor-expected',
  'visitor-space',
  'visitor-without-host',
  'pass on sale',
  'booking',
  'registered',
  'contract-not-frozen',
  'contract-begun',
  'contract-not-ended',
  'pass-not-used-up',
  'pass-not-expired',
  'pass-valid',
  'right',
  'door-controlled',
  'plan-limit-not-reached',
  'space-open',
  'pass',
  'pay-as-you-go',
];

function rankOf({ change, data }: WhatIf['changes'][number]): number {
  const place = order.indexOf(change === 'pass' && data.onSale === true ? 'pass on sale' : change);
  return place < 0 ? order.length : place;
}

/** The hardest of several counts first. */
export function byRank(found: readonly WhatIf[]): WhatIf[] {
  const ranks = new Map(found.map((one) => [one, one.changes.map(rankOf).sort((a, b) => b - a)]));
  return found.toSorted((a, b) => {
    const [left, right] = [ranks.get(a) ?? [], ranks.get(b) ?? []];
    const place = left.findIndex((rank, index) => rank !== right[index]);
    return place < 0 ? 0 : (left[place] ?? 0) - (right[place] ?? 0);
  });
}
