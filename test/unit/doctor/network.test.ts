// The doctor and a real broker: let in, turned away, away, and certificates that end. Certificates are of today, so the
// clock is one of today too.

import { copyFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../../daemon/doctor/check.ts';
import { TestBroker } from '../../support/broker.ts';
import { TestAuthority } from '../../support/certificates.ts';
import { Pi } from './pi.ts';

const dayMs = 86_400_000;

let pi: Pi;
let broker: TestBroker;
beforeEach(async () => {
  pi = new Pi();
  broker = await TestBroker.start({ mutualTls: true });
});
afterEach(async () => {
  await pi.end();
  await broker.close();
});

function upstream(authority: TestAuthority, url = broker.url, client = authority): void {
  const { certFile, keyFile } = client.client('front-desk');
  for (const [from, to] of [
    [authority.caFile, 'ca.pem'],
    [certFile, 'own.pem'],
    [keyFile, 'own.key'],
  ] as const) {
    copyFileSync(from, pi.path(`/etc/cardea/${to}`));
  }
  pi.file('/etc/cardea/own.key', pi.text('/etc/cardea/own.key'), 0o600);
  pi.upstream = `upstream: { url: "${url}", caFile: ca.pem, certFile: own.pem, keyFile: own.key, signingKeyFile: keys/own, officeKeys: [keys/office.pub] }`;
  pi.config();
  pi.wallMs = Date.now();
}

function ownAuthority(): TestAuthority {
  const { authority } = broker;
  if (authority === null) throw new Error('the broker has no CA');
  return authority;
}

async function findings(...ids: string[]): Promise<Finding[]> {
  return (await pi.doctor()).filter(({ id }) => ids.includes(id));
}

describe('the way to the office', () => {
  it('is right where the broker lets the controller in', async () => {
    upstream(ownAuthority());
    const found = await findings('broker', 'broker-login', 'public-files');
    expect(found.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    // The certificates of the test hold for two days.
    const soon = await findings('certificates', 'broker-certificate');
    expect(soon.map(({ state, found: words }) => [state, / in [12] days$/.test(words)])).toEqual(
      Array(3).fill(['warning', true]),
    );
  });

  it('is asked of the running controller, which knows whether the office answers', async () => {
    upstream(ownAuthority());
    expect((await findings('office'))[0]).toMatchObject({
      state: 'not-applicable',
      mend: expect.stringContaining('start the controller'),
    });
    await pi.listenAsDaemon();
    expect((await findings('office'))[0]?.found).toContain('of another version');
    const reach = (state: string) => ({
      state,
      broker: { connected: true, since: '2026-03-02T08:00:00.000Z', detail: '' },
      last: { what: 'manifest', at: '2026-03-01T08:00:00.000Z' },
      waiting: { events: 3, since: null },
      advice: 'see that the office runs',
    });
    pi.says = { upstream: reach('silent') };
    expect((await findings('office'))[0]).toMatchObject({ state: 'problem', mend: 'see that the office runs' });
    pi.says = { upstream: reach('heard') };
    expect((await findings('office'))[0]).toMatchObject({ state: 'ok' });
  });

  it('names certificates that have ended, and those that are not valid yet', async () => {
    upstream(ownAuthority());
    pi.wallMs = Date.now() + 3 * dayMs;
    const ended = await findings('certificates', 'broker-certificate');
    expect(ended.map(({ state }) => state)).toEqual(['problem', 'problem', 'problem']);
    expect(ended[0]?.found).toMatch(/own\.pem \(CN=front-desk\) ended on 20\d\d-/);
    pi.wallMs = Date.now() - 3 * dayMs;
    expect((await findings('certificates'))[0]).toMatchObject({ state: 'problem', mend: 'check the clock first' });
  });

  it('is not believed where another CA signed the broker', async () => {
    upstream(new TestAuthority(pi.root, 'other'));
    const [reached, login] = await findings('broker', 'broker-login');
    expect(reached).toMatchObject({ state: 'problem', found: `${broker.url}: broker-certificate` });
    expect(login?.state).toBe('not-applicable');
  });

  it('is told apart from a broker that refuses our certificate', async () => {
    upstream(ownAuthority(), broker.url, new TestAuthority(pi.root, 'other'));
    const [, login] = await findings('broker', 'broker-login');
    expect(login).toMatchObject({ state: 'problem' });
    expect(login?.mend).toMatch(/certificate/);
  });

  it('is closed where nobody listens', async () => {
    upstream(ownAuthority());
    await broker.stop();
    const [reached] = await findings('broker');
    expect(reached).toMatchObject({ state: 'problem', found: `${broker.url}: unreachable` });
  });

  it('names a secret that everybody may read', async () => {
    upstream(ownAuthority());
    writeFileSync(pi.path('/etc/cardea/open.key'), pi.text('/etc/cardea/own.key'));
    pi.config((text) => text.replace('own.key', 'open.key'));
    const keys = await findings('private-keys');
    expect(keys.some(({ state, found }) => state === 'problem' && /open\.key is open to everybody/.test(found))).toBe(
      true,
    );
  });
});
