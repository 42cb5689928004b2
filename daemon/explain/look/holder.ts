// What the first rows found: the credential and whose it is, staff, a disabled account, a visitor.

import { iso } from '../../../access/visit/settle.ts';
import { named } from '../say.ts';
import { type Found, type Look, ofCase, type Subject } from '../subject.ts';

export const unknownCredential: Look = ({ tap, credential, ...subject }) => {
  const { type, hash } = tap.credential;
  if (credential === undefined) {
    return { words: `the replica has no such ${type}`, data: { known: false, type, hash } };
  }
  const { holder } = credential;
  const { id, status } = credential.credential;
  const whose = holder === null ? 'nobody holds it' : `${holder.kind} ${nameOf(subject, holder.id)} holds it`;
  return {
    words: `it is ${type} ${id}; ${whose}`,
    data: { known: true, credential: { type, id, status }, holder: holder && { ...holder } },
  };
};

function nameOf({ c, visitor }: Pick<Subject, 'c' | 'visitor'>, id: string): string {
  return named(c?.customer ?? visitor ?? { id, name: id });
}

export const credentialState: Look = ({ credential, say }) => {
  if (credential === undefined) return { words: 'it is not known', data: {} };
  const { id, status, validFrom, expires } = credential.credential;
  const from = validFrom === null ? '' : `, valid from ${say.instant(validFrom)}`;
  const until = expires === null ? '' : `, valid until ${say.instant(expires)}`;
  const data = {
    credential: id,
    status,
    validFrom: validFrom === null ? null : iso(validFrom),
    expires: expires === null ? null : iso(expires),
  };
  return { words: `${id} is ${status}${from}${until}`, data };
};

export const freeExit: Look = ({ tap }) => {
  const { id, exit } = tap.accessPoint;
  return { words: `whoever leaves at ${id} is let out, with any card or code`, data: { accessPoint: id, exit } };
};

export const missingHolder: Look = ({ tap, credential }) => {
  const holder = credential?.holder ?? null;
  const { space } = tap.accessPoint;
  const listed = tap.facts.site.spaces.has(space);
  const who = holder === null ? 'nobody' : `${holder.kind} ${holder.id}`;
  const words = listed ? `the replica does not have ${who}` : `the replica does not have the space ${space}`;
  return { words, data: { holder: holder && { ...holder }, space, spaceListed: listed } };
};

export const staff: Look = ({ credential }) => {
  const holder = credential?.holder ?? null;
  const words =
    holder?.kind === 'staff'
      ? `it belongs to ${holder.id} of the staff`
      : holder === null
        ? "nobody's"
        : `it is a ${holder.kind}'s`;
  return { words, data: { kind: holder?.kind ?? null, id: holder?.id ?? null } };
};

export const disabled: Look = ofCase(({ customer }): Found => {
  const words = `the account of ${named(customer)} is ${customer.disabled ? 'disabled' : 'not disabled'}`;
  return { words, data: { customer: customer.id, disabled: customer.disabled } };
});

export const visitorState: Look = ({ visitor, tap, say }) => {
  if (visitor === undefined) return { words: 'it is no visitor', data: {} };
  const { id, host, space, approval, expected } = visitor;
  const fromMs = expected - tap.settings.visitorLeadMs;
  const known = host === null || tap.facts.site.staff.has(host) || tap.facts.customer(host) !== undefined;
  const invited =
    host === null ? 'with no host' : `invited by ${host}${known ? '' : ', whom the replica does not have'}`;
  const words = `${named(visitor)}, ${invited}, approval: ${approval}, expected ${say.instant(expected)} at ${space}, let in from ${say.instant(fromMs)} to the end of that business day`;
  return {
    words,
    data: { visitor: id, host, hostKnown: known, space, approval, expected: iso(expected), from: iso(fromMs) },
  };
};

export const departs: Look = ({ visitor, tap }) => {
  const inside = visitor === undefined ? undefined : tap.facts.visitorInside(visitor.id);
  const words =
    inside === undefined ? 'no arrival of this visitor is recorded here' : `arrived at ${inside.space} before`;
  return { words, data: { visitor: visitor?.id ?? null, inside: inside?.space ?? null } };
};
