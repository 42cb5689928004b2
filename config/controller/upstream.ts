// A controller's way to the office: broker, own key, the keys it obeys, and the bounds of everything it sends or receives.

import { z } from 'zod';
import { durationOr, list, path, wholeOr } from '../fields.ts';
import type { UpstreamConfig } from '../types.ts';
import { broker } from './broker.ts';

export const upstream = z
  .strictObject({
    ...broker,
    signingKeyFile: path.describe("this controller's own private key, made by cardea keys new"),
    officeKeys: list(path, 1, 8).describe('public keys; what is not signed by one of them is refused (1 to 8 files)'),
    windowEvents: wholeOr(1000, 1, 100_000, 'events sent and not yet acknowledged, at most'),
    batchEvents: wholeOr(100, 1, 10_000, 'events in one message, at most'),
    batchBytes: wholeOr(200_000, 4096, 16_777_216, 'bytes of one message before signing, at most'),
    ackTimeout: durationOr('10s', '100ms', '10m', 'without acknowledgement for this long, the window is sent again'),
    backoffMin: durationOr('1s', '10ms', '10m', 'first wait between two tries to reach the broker'),
    backoffMax: durationOr('60s', '10ms', '1h', 'longest wait between two tries'),
    maxMessageBytes: wholeOr(
      4_194_304,
      65_536,
      268_435_456,
      'a longer message from the broker is dropped unread, in bytes',
    ),
    maxReplicaBytes: wholeOr(
      2_147_483_648,
      1_048_576,
      17_179_869_184,
      'a larger replica is refused, in bytes uncompressed',
    ),
  })
  .transform(({ ackTimeout, backoffMin, backoffMax, ...rest }): UpstreamConfig => {
    return { ...rest, ackTimeoutMs: ackTimeout, backoffMinMs: backoffMin, backoffMaxMs: backoffMax };
  });
