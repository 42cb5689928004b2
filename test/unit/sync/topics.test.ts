// Every topic that is built is read back as what it is, and nothing else is.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chunkTopic,
  controllerTopic,
  controllerTopics,
  deltaTopic,
  everyChunkTopic,
  everyControllerTopic,
  manifestTopic,
  parseTopic,
} from '../../../sync/protocol/topics.ts';

const id = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/);
const number = fc.nat(1_000_000);

describe('topics', () => {
  it('have the names of the interface', () => {
    expect(controllerTopic('riverside', 'front-desk', 'events')).toBe('cardea/1/riverside/front-desk/events');
    expect(manifestTopic('riverside')).toBe('cardea/1/riverside/replica/manifest');
    expect(chunkTopic('riverside', null, 42, 0)).toBe('cardea/1/riverside/replica/chunk/42/0');
    expect(chunkTopic('riverside', 'front-desk', 42, 0)).toBe('cardea/1/riverside/front-desk/replica/chunk/42/0');
    expect(deltaTopic('riverside', null)).toBe('cardea/1/riverside/replica/delta');
    expect(deltaTopic('riverside', 'front-desk')).toBe('cardea/1/riverside/front-desk/replica/delta');
    expect(everyControllerTopic('riverside', 'status')).toBe('cardea/1/riverside/+/status');
    expect(everyChunkTopic('riverside', 'front-desk')).toBe('cardea/1/riverside/front-desk/replica/chunk/+/+');
  });

  it('are read back, whatever the ids, also a controller named replica', () => {
    fc.assert(
      fc.property(id, fc.oneof(id, fc.constant('replica')), number, number, (site, controller, revision, n) => {
        for (const kind of controllerTopics) {
          expect(parseTopic(controllerTopic(site, controller, kind))).toEqual({ kind, site, controller });
        }
        expect(parseTopic(manifestTopic(site))).toEqual({ kind: 'manifest', site });
        for (const to of [controller, null]) {
          const chunk = { kind: 'chunk', site, controller: to, revision, n };
          expect(parseTopic(chunkTopic(site, to, revision, n))).toEqual(chunk);
          expect(parseTopic(deltaTopic(site, to))).toEqual({ kind: 'delta', site, controller: to });
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it.each([
    '',
    'cardea/1',
    'cardea/2/s/c/events',
    'cardea/1/s/c/event',
    'cardea/1/s/c/events/',
    '/cardea/1/s/c/events',
    'cardea/1/s/+/events',
    'cardea/1/s c/d/events',
    'cardea/1//c/events',
    `cardea/1/${'s'.repeat(65)}/c/events`,
    'cardea/1/s/replica/chunk/1',
    'cardea/1/s/replica/chunk/01/0',
    'cardea/1/s/replica/chunk/-1/0',
    'cardea/1/s/replica/chunk/1/99999999999999999999',
    'cardea/1/s/c/events\n',
    'cardea/1/s/c/replica/manifest',
  ])('%j is none', (topic) => expect(parseTopic(topic)).toBeNull());

  it('cannot be made of ids that are none', () => {
    expect(() => controllerTopic('a/b', 'c', 'ack')).toThrow(TypeError);
    expect(() => controllerTopic('a', '+', 'ack')).toThrow(TypeError);
    expect(() => manifestTopic('')).toThrow(TypeError);
  });
});
