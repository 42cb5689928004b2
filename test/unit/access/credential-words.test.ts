// What is said of a credential that cannot be one: its type and the form that is allowed, never its value.

import { expect, it } from 'vitest';
import { credentialTypes, parseCredential } from '../../../access/credential.ts';

it.each(credentialTypes)('a bad %s is told by its type, and not repeated', (type) => {
  const value = type === 'qr' ? 'x'.repeat(2000) : 'xyz';
  const act = (): unknown => parseCredential(`${type}:${value}`);
  expect(act).toThrow(`this is no value of type ${type}; allowed: `);
  expect(act).not.toThrow(value);
});
