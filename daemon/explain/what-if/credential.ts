// What could be otherwise about a card or code, an account, a visitor.

import type { Tap } from '../../../access/entry/tap.ts';
import type { Facts } from '../../../access/facts.ts';
import { factsWith } from '../../../access/facts-with.ts';
import type { Credential, Customer, Visitor } from '../../../access/model.ts';
import { named, spaceNamed } from '../say.ts';
import type { Change, Changes } from './change.ts';

export const credentialChanges: Changes = ({ credential, tap }) => {
  if (credential === undefined) return [];
  const { id, status, validFrom, expires } = credential.credential;
  const found: Change[] = [];
  const add = (change: string, words: string, otherwise: Partial<Credential>): void => {
    found.push({ change, words, data: { credential: id }, apply: withCredential(otherwise) });
  };
  if (status !== 'active') add('credential-active', `${id} were not ${status}`, { status: 'active' });
  if (expires !== null && expires <= tap.at.wallMs)
    add('credential-not-expired', `${id} had not expired`, { expires: null });
  if (validFrom !== null && tap.at.wallMs < validFrom)
    add('credential-valid', `${id} were valid already`, { validFrom: null });
  return found;
};

function withCredential(otherwise: Partial<Credential>): Change['apply'] {
  return withFacts((facts) => ({
    credential: (hash) => {
      const held = facts.credential(hash);
      return held && { ...held, credential: { ...held.credential, ...otherwise } };
    },
  }));
}

export const accountChanges: Changes = ({ c }) => {
  if (c === undefined || !c.customer.disabled) return [];
  const { id } = c.customer;
  const words = `the account of ${named(c.customer)} were not disabled`;
  return [{ change: 'account-enabled', words, data: { customer: id }, apply: withCustomer({ disabled: false }) }];
};

export function withCustomer(otherwise: Partial<Customer>): Change['apply'] {
  return withFacts((facts) => ({
    customer: (id) => {
      const customer = facts.customer(id);
      return customer && { ...customer, ...otherwise };
    },
  }));
}

export const visitorChanges: Changes = ({ visitor, tap, say }) => {
  if (visitor === undefined) return [];
  const { id, approval, host } = visitor;
  const found: Change[] = [];
  const add = (change: string, words: string, otherwise: Partial<Visitor>): void => {
    found.push({ change, words, data: { visitor: id }, apply: withVisitor(otherwise) });
  };
  const approved = approval === 'approved' || approval === 'not-required';
  if (!approved)
    add('visitor-approved', `the visit of ${named(visitor)} were approved (it is ${approval})`, {
      approval: 'approved',
    });
  if (host !== null)
    add('visitor-without-host', `${named(visitor)} had a host whom the replica has, or none`, { host: null });
  add('visitor-expected', `${named(visitor)} were expected at ${say.instant(tap.at.wallMs)}`, {
    expected: tap.at.wallMs,
  });
  add('visitor-space', `${named(visitor)} were expected at ${spaceNamed(tap.facts, tap.accessPoint.space)}`, {
    space: tap.accessPoint.space,
  });
  return found;
};

function withVisitor(otherwise: Partial<Visitor>): Change['apply'] {
  return withFacts((facts) => ({
    visitor: (id) => {
      const visitor = facts.visitor(id);
      return visitor && { ...visitor, ...otherwise };
    },
  }));
}

export function withFacts(answers: (facts: Facts) => Parameters<typeof factsWith>[1]): (tap: Tap) => Tap {
  return (tap) => ({ ...tap, facts: factsWith(tap.facts, answers(tap.facts)) });
}
