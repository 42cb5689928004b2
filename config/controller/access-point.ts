// One access point: a place where somebody passes, with its lock, its inputs and its own settings.

import { z } from 'zod';
import { choice, durationOr, id } from '../fields.ts';
import type { AccessPointConfig } from '../types.ts';
import { contact, fire, input } from './input.ts';
import { lock } from './lock.ts';
import { siteRuleKeys, type WrittenRules } from './site-rules.ts';
import { staffToggle } from './staff-toggle.ts';

/** An access point with its site rules as they are written: areas and limits stand elsewhere in the config. */
export type WrittenAccessPoint = Omit<AccessPointConfig, 'siteRules'> & WrittenRules;

export const accessPoint = z
  .strictObject({
    id: id.describe('unique within the controller'),
    space: id.describe('the space behind it, an id of the replica'),
    kind: choice(['entrance', 'interior']).describe('entrance: taps make visits; interior: access only'),
    policy: choice(['strict', 'open-and-flag'])
      .default('strict')
      .describe('open-and-flag lets in who has no pass, and says so (default strict)'),
    exit: choice(['free', 'known'])
      .default('free')
      .describe(
        'free: an out reader opens for every credential; known: not for unknown or blocked ones (default free)',
      ),
    repeatWindow: durationOr('10s', '0s', '5m', 'a second tap within it only releases the lock anew'),
    toggleMinStay: durationOr('60s', '0s', '24h', 'at a toggle reader, a tap sooner after the check-in is no exit'),
    onStorageFailure: choice(['grant', 'deny'])
      .default('grant')
      .describe('what a tap gets when the disk fails (default grant)'),
    lock,
    contact: contact.nullable().default(null).describe('door position (default none)'),
    requestToExit: input.nullable().default(null).describe('button or sensor that frees the way out (default none)'),
    tamper: input.nullable().default(null).describe('opened housing (default none)'),
    fire: fire.nullable().default(null).describe('fire alarm, frees doors while it is on (default none)'),
    staffToggle: staffToggle
      .nullable()
      .default(null)
      .describe('what three taps in a row of one staff credential toggle (default none)'),
    ...siteRuleKeys,
    help: input.nullable().default(null).describe('call for help (default none)'),
  })
  .transform(({ repeatWindow: repeatWindowMs, toggleMinStay: toggleMinStayMs, fire, ...rest }): WrittenAccessPoint => {
    const freeing = fire === null ? null : { ...fire, frees: fire.frees ?? [rest.id] };
    return { ...rest, fire: freeing, repeatWindowMs, toggleMinStayMs };
  });
