// What of webhooks is pure: signatures, where one may be, whose order a record stands in, how long to wait.

import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { eventTypes } from '../../../access/event.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { newSecret, signedHeaders } from '../../../sync/office/webhooks/signature.ts';
import { queueOf, toldTypes, topicOf } from '../../../sync/office/webhooks/topics.ts';
import { checkedWebhookUrl } from '../../../sync/office/webhooks/url.ts';
import { askedMs, endpointWaits, messageWaits } from '../../../sync/office/webhooks/waits.ts';

describe('a signature', () => {
  it('is HMAC-SHA256 over id, time stamp and raw body, for each secret', () => {
    const secrets = [newSecret(seededRandom('a')), newSecret(seededRandom('b'))];
    const headers = signedHeaders('m1', 1_772_438_400_999, '{"ä":1}', secrets);
    const expected = secrets.map((secret) => {
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      const hmac = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'));
      return `v1,${hmac.update(Buffer.from('m1.1772438400.{"ä":1}', 'utf8')).digest('base64')}`;
    });
    expect(headers).toEqual({
      'webhook-id': 'm1',
      'webhook-timestamp': '1772438400',
      'webhook-signature': expected.join(' '),
    });
  });
});

describe('the topics', () => {
  it('are of types that there are, each in one', () => {
    expect(new Set(toldTypes).size).toBe(toldTypes.length);
    for (const type of toldTypes) expect(eventTypes as readonly string[]).toContain(type);
    expect(topicOf('door.opened')).toBeUndefined();
    expect(topicOf('checkin.recorded')).toBe('check-in');
  });

  it('put the records of a person in one queue, wherever they come from, and others by their door', () => {
    const at = (controller: string, data: object) => queueOf({ controller, accessPoint: 'front', data: { ...data } });
    expect(at('a', { customer: 'ana' })).toBe(at('b', { holder: { kind: 'customer', id: 'ana' } }));
    expect(at('a', { visitor: 'ana' })).not.toBe(at('a', { customer: 'ana' }));
    expect(at('a', { holder: 'nobody' })).toBe('access-point/a/front');
    expect(at('a', {})).not.toBe(at('b', {}));
  });
});

describe('where a webhook may be', () => {
  it.each(['https://example.org/x?y=1', 'http://127.0.0.1:8080/', 'http://localhost/', 'http://[::1]:9/'])(
    '%s',
    (url) => {
      expect(checkedWebhookUrl(url, false)).toBe(url);
    },
  );
  it.each([
    ['http://example.org/', 'unencrypted to another machine'],
    ['http://127.0.0.1.example.org/', 'unencrypted to another machine'],
    ['ftp://example.org/', 'allowed: https://host/path'],
    ['example.org', 'not a URL'],
    ['https://sam:pw@example.org/', 'no name and password'],
    ['https://example.org/#x', 'no #fragment'],
    [`https://example.org/${'x'.repeat(3000)}`, 'at most 2048 characters'],
  ])('not %s', (url, words) => {
    expect(() => checkedWebhookUrl(url, false)).toThrow(words);
  });
  it('http to another machine where that is meant', () => {
    expect(checkedWebhookUrl('http://example.org/', true)).toBe('http://example.org/');
  });
});

describe('waits', () => {
  it('grow to an hour for a message, to five minutes for an endpoint, without end', () => {
    const longest = (waits: Generator<number, never>): number =>
      Math.max(...Array.from({ length: 200 }, () => waits.next().value));
    const [message, endpoint] = [longest(messageWaits(seededRandom('a'))), longest(endpointWaits(seededRandom('a')))];
    expect(message).toBeGreaterThan(1_800_000);
    expect(message).toBeLessThanOrEqual(3_600_000);
    expect(endpoint).toBeGreaterThan(150_000);
    expect(endpoint).toBeLessThanOrEqual(300_000);
  });
  it.each([
    [null, 0],
    ['30', 30_000],
    ['999999', 3_600_000],
    ['Mon, 02 Mar 2026 08:10:00 GMT', 600_000],
    ['Mon, 02 Mar 2026 07:00:00 GMT', 0],
    ['soon', 0],
    ['-5', 0],
  ])('Retry-After: %s', (text, ms) => {
    expect(askedMs(text, Date.UTC(2026, 2, 2, 8))).toBe(ms);
  });
});
