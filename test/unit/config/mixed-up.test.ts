// A key file where a config was meant: nothing of it is ever printed.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseControllerConfig, parseOfficeConfig, parseReplicaDocument, parseScenario } from '../../../config/load.ts';
import { linesOf } from './support/problems.ts';

const loaders = { parseControllerConfig, parseOfficeConfig, parseReplicaDocument, parseScenario };
const siteKey = `${randomBytes(32).toString('base64')}\n`;
const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describe.each(Object.entries(loaders))('%s of a file that is no mapping', (_, load) => {
  it.each([
    ['a site key', siteKey],
    ['a site key in hexadecimal', randomBytes(32).toString('hex')],
    ['a signing key', pem],
    ['keys after a word', `keys\n${pem}`],
  ])('knows %s and prints nothing of it', (_name, text) => {
    const lines = linesOf(() => load(text, 'keys/site'));
    expect(lines).toEqual([
      '1:1: found a text that looks like a key or a certificate; allowed: a mapping (key: value)',
    ]);
  });

  it.each([
    ['hunter 2', 'a text'],
    ['4711', 'a number'],
    ['- hunter2\n- x\n', 'a list of 2'],
    ['', 'nothing'],
  ])('says of %j only what it is, and judges nothing in it', (text, found) => {
    expect(linesOf(() => load(text, 'keys/site'))).toEqual([`1:1: found ${found}; allowed: a mapping (key: value)`]);
  });
});
