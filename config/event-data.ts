// The data of every type of event (interfaces.md section 5): what each consumer may count on. More keys may be added at
// any time, so none is refused.

import { z } from 'zod';
import type { EventType } from '../access/event.ts';
import { choice, id } from './fields.ts';
import { price } from './replica/fields.ts';

const data = z.looseObject;

const any = data({});
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime({ offset: true });
const day = z.iso.date();
const minutes = z.int().min(0);
const spaceOf = { customer: id, space: id };
const visitOf = { visit: id, ...spaceOf };

const holder = data({ kind: choice(['customer', 'visitor', 'staff']), id });
const credential = data({
  type: choice(['card', 'wiegand', 'pin', 'qr', 'fob']),
  id: id.optional(),
  hash: hash.optional(),
});

/** Who came with what; absent where no credential was presented, or nobody is known to hold it. */
const who = {
  holder: holder.optional(),
  credential: credential.optional(),
  direction: choice(['in', 'out']).optional(),
};

const grantReasons = [
  'pass',
  'plan',
  'no-pass-needed',
  're-entry',
  'booking',
  'visitor',
  'staff',
  'exit',
  'flagged',
  'pay-as-you-go',
  'schedule',
  'command',
] as const;

const granted = data({
  ...who,
  source: choice(['app']).optional().describe('how they asked, where no credential was presented'),
  reason: choice(grantReasons).describe('the row of rules.md section 2 that opened'),
  by: z.string().optional().describe('with reason command: who gave it'),
});

const denied = data({
  ...who,
  source: choice(['app']).optional().describe('how they asked, where no credential was presented'),
  reason: z.string().describe('a code of rules.md section 2, as no-pass or credential-blocked'),
  nextValid: instant.optional().describe('when a pass is next valid and the space open'),
});

const checkin = data({
  ...visitOf,
  source: choice(['card', 'qr', 'pin', 'app', 'manual', 'door']),
  pass: id.nullable(),
  coverage: choice(['pass', 'plan', 'none-needed', 'pay-as-you-go']),
});

const usage = z.union([data({ pass: id, businessDay: day }), data({ pass: id, minutes })]);

const checkout = data({
  ...visitOf,
  from: instant,
  to: instant,
  auto: z.boolean(),
  usage: z.array(usage).describe('in order of time'),
  uncoveredMinutes: minutes.describe('not covered by held passes'),
  invoiced: z.boolean().describe('false where uncovered minutes have no proposed charge'),
  review: z.boolean(),
  source: choice(['manual']).optional().describe('ended by hand'),
  by: z.string().optional().describe('with source manual: who did it'),
});

const charge = data({
  visit: id,
  customer: id,
  timePass: id,
  from: instant,
  to: instant,
  amount: price,
  currency: z.string().regex(/^[A-Z]{3}$/),
  taxRate: z.string(),
  account: z.string().nullable(),
  price: choice(['standard', 'special']),
});

/** An act of the office: who, and why. */
const act = { by: z.string(), reason: z.string().optional() };
const chargeAct = data({ visit: id, charge: z.string().describe('id of the charge.proposed'), ...act });

const visitorOf = data({ visitor: id, host: id.nullable().optional() });
const mode = data({ mode: choice(['controlled', 'unlocked', 'locked', 'lockdown']), by: z.string() });
const help = data({
  customer: id.optional().describe('who was last refused there, where it is a known customer'),
  message: z.string().optional(),
  source: choice(['input', 'command']).optional().describe('the input at the door, or a command'),
  by: z.string().optional().describe('with source command: who gave it'),
  refused: data({
    at: instant.describe('as access.denied has it'),
    reason: z.string(),
    reader: id.optional(),
    holder: holder.optional(),
    credential: credential.optional(),
    event: z.string().optional().describe('id of the access.denied'),
  })
    .optional()
    .describe('the last refusal there, where it was not too long ago'),
});

const refusal = data({
  at: instant,
  reason: z.string(),
  controller: id,
  accessPoint: id.optional(),
  reader: id.optional(),
  nextValid: instant.optional().describe('when a pass is next valid and the space open'),
  event: z.string().describe('id of the access.denied or checkin.rejected'),
});
const ticketOf = { ticket: z.string().describe('its id'), holder: holder.optional() };
const ticket = data({
  ...ticketOf,
  cause: choice(['help', 'refusals']).describe(
    'a call at a door, or the third refusal of one person within ten minutes',
  ),
  at: instant.describe('when it was called for help, or of the third refusal'),
  event: z.string().describe('id of that record'),
  controller: id,
  accessPoint: id.optional(),
  reader: id.optional(),
  message: z.string().optional().describe('of the call'),
  by: z.string().optional().describe('who called by command'),
  refusals: z.array(refusal).describe('the earliest first; at most 20'),
});

/** Of a lock line; without an access point: of the keeper, so of every lock. */
const fault = data({ code: z.string(), message: z.string().describe('what is wrong, and what to do') });
const restored = data({
  code: z.string().describe('of the fault that is over'),
  since: instant.describe('when it began'),
  reason: choice(['config']).optional().describe('config: nothing was mended, the config names another line or none'),
});
const input = choice(['contact', 'requestToExit', 'tamper', 'fire', 'help']);

export const eventData: Readonly<Record<EventType, z.ZodObject>> = {
  'access.granted': granted,
  'access.denied': denied,
  'access.repeated': any,
  'access.not-taken': any,
  'access.duress': any,
  'checkin.recorded': checkin,
  'checkin.rejected': data({ ...spaceOf, reason: z.string() }),
  'checkout.recorded': checkout,
  'checkout.orphan': data(spaceOf),
  'pass.used': data({ pass: id, businessDay: day, visit: id }),
  'coverage.exhausted': data({ visit: id, pass: id }),
  'charge.proposed': charge,
  'visitor.arrived': visitorOf,
  'visitor.departed': visitorOf,
  'visitor.refused': visitorOf,
  'door.opened': any,
  'door.closed': any,
  'door.forced': any,
  'door.pre-alarm': any,
  'door.held': any,
  'door.secured': any,
  'rex.activated': any,
  'fire.activated': any,
  'fire.cleared': any,
  tamper: any,
  'lock.fault': fault,
  'lock.restored': restored,
  'input.fault': fault.extend({ input }),
  'input.restored': restored.extend({ input }),
  'accesspoint.mode': mode,
  'reader.online': any,
  'reader.offline': any,
  'reader.tamper': any,
  'credential.alarm': any,
  'credential.attack': any,
  'help.requested': help,
  'controller.started': any,
  'controller.stopped': any,
  'clock.stepped': any,
  'replica.applied': any,
  'replica.refused': any,
  'journal.gap': any,
  'storage.low': any,
  'storage.failed': any,
  'command.applied': data({ command: z.unknown() }),
  'command.refused': data({ command: z.unknown(), reason: z.string() }),
  'pass.oversold': data({
    visit: id,
    customer: id,
    pass: id,
    businessDay: day.optional().describe('of a day pass'),
    minutes: minutes.optional().describe('of a minute pass: how many it did not have'),
    withdrawn: z.boolean().optional().describe('true: it was not oversold after all'),
  }).describe('said by the office: another use of the pass came before'),
  'charge.confirmed': chargeAct,
  'charge.corrected': chargeAct.extend({ amount: price.describe('what is owed in place of what was proposed') }),
  'charge.waived': chargeAct,
  'oversold.settled': data({ visit: id, pass: id, flag: z.string().describe('id of the pass.oversold'), ...act }),
  'visit.reviewed': data({
    visit: id,
    checkout: z.string().describe('id of the checkout.recorded that was looked at'),
    to: instant.optional().describe('the end in its place, told by a checkout.recorded of the office'),
    ...act,
  }),
  'ticket.opened': ticket.describe('said by the office'),
  'ticket.answered': data({
    ...ticketOf,
    ...act,
    command: z.string().optional().describe('id of the command that opens the door'),
  }),
  'ticket.closed': data({ ...ticketOf, ...act }),
};
