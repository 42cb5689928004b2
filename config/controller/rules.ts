// The site's settings: every *default* of rules.md that is one for a whole site.

import { z } from 'zod';
import { choice, durationOr } from '../fields.ts';
import type { RuleSettings } from '../types.ts';

export const rules = z
  .strictObject({
    untrustedClock: choice(['invariant', 'allow', 'deny'])
      .default('invariant')
      .describe('how to decide while the clock is not synchronised (rules.md section 4; default invariant)'),
    clockHorizon: durationOr('72h', '1m', '744h', 'how far ahead an answer must hold while the clock is not trusted'),
    clockSettle: durationOr('5m', '0s', '24h', 'how long a clock must stay synchronised before a jump closes visits'),
    bookingLead: durationOr('10m', '0s', '24h', 'a booking opens this long before its start'),
    bookingTail: durationOr('10m', '0s', '24h', 'and this long after its end'),
    visitorLead: durationOr('30m', '0s', '24h', 'a visitor may arrive this long before the time expected'),
    presumedExit: durationOr(
      '6h',
      '0s',
      '24h',
      'at a toggle reader, a first tap this soon after the cut-off is an exit',
    ),
    staleReplica: durationOr('24h', '1m', '8760h', 'age of the replica from which a warning is given'),
  })
  .transform(
    (written): RuleSettings => ({
      untrustedClock: written.untrustedClock,
      clockHorizonMs: written.clockHorizon,
      clockSettleMs: written.clockSettle,
      bookingLeadMs: written.bookingLead,
      bookingTailMs: written.bookingTail,
      visitorLeadMs: written.visitorLead,
      presumedExitMs: written.presumedExit,
      staleReplicaMs: written.staleReplica,
    }),
  )
  .prefault({});
