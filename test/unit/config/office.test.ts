// The office's config: the example of the interfaces, and what can be bad in one.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseOfficeConfig } from '../../../config/load.ts';
import { linesOf } from './support/problems.ts';
import { siteFolder } from './support/site-folder.ts';

let folder = '';
beforeAll(() => {
  folder = siteFolder();
});
afterAll(() => rmSync(folder, { recursive: true }));

function lines(text: string): string[] {
  return linesOf(() => parseOfficeConfig(text, join(folder, 'o.yaml'))).map((line) =>
    line.replace(/^.*o\.yaml:/, '').replaceAll(folder, 'FOLDER'),
  );
}

const example = `site: riverside
store: sqlite:office.db            # the embedded default; or postgres://user@host/db when one machine is outgrown
upstream: { url: mqtts://broker.example.org:8883, caFile: ca.pem, certFile: office.pem, keyFile: office.key }
signingKeyFile: keys/office
credentialKeyFile: keys/site
controllers: [{ id: front-desk, publicKeyFile: keys/front-desk.pub }]
listen: 127.0.0.1:8081             # the operations page; tls: { certFile, keyFile } and publicUrl where phones reach it
`;

describe("the office's config", () => {
  it('is the example of the interfaces', () => {
    const { config, warnings } = parseOfficeConfig(example, join(folder, 'o.yaml'));
    expect(warnings).toEqual([]);
    expect(config).toEqual({
      site: 'riverside',
      store: { kind: 'sqlite', path: join(folder, 'office.db') },
      upstream: {
        url: 'mqtts://broker.example.org:8883',
        allowPlain: false,
        caFile: join(folder, 'ca.pem'),
        certFile: join(folder, 'office.pem'),
        keyFile: join(folder, 'office.key'),
        username: null,
        passwordFile: null,
      },
      signingKeyFile: join(folder, 'keys/office'),
      credentialKeyFile: join(folder, 'keys/site'),
      controllers: [{ id: 'front-desk', publicKeyFile: join(folder, 'keys/front-desk.pub') }],
      listen: '127.0.0.1:8081',
      retention: { visits: null, events: null, audit: null },
      tls: null,
      allowPlain: false,
      publicUrl: null,
    });
  });

  it('keeps its store beside the file when none is named', () => {
    const { config } = parseOfficeConfig(example.replace(/^store.*\n/m, ''), join(folder, 'o.yaml'));
    expect(config.store).toEqual({ kind: 'sqlite', path: join(folder, 'office.db') });
  });

  it('has no controller of a name that is taken, and no two with one key', () => {
    const text = example.replace(
      /controllers: .*/,
      'controllers: [{ id: front-desk, publicKeyFile: keys/front-desk.pub }, { id: back, publicKeyFile: ./keys/front-desk.pub }, { id: replica, publicKeyFile: keys/office.pub }]',
    );
    expect(lines(text)).toEqual([
      '6:98 controllers[1].publicKeyFile: found "./keys/front-desk.pub", which is also the key of "front-desk"; allowed: a key of its own for each controller',
      '6:129 controllers[2].id: found "replica"; allowed: an id other than office and replica, which are taken on the wire',
    ]);
  });

  it('tells everything that is wrong at once', () => {
    const text = `site: riverside
store: postgres://user:word@host/db
upstream: { url: mqtts://h }
signingKeyFile: keys/none
credentialKeyFile: keys/site
controllers:
  - { id: a, publicKeyFile: keys/front-desk.pub }
  - { id: a, publicKeyFile: keys/front-desk, signingKeyFile: x }
listen: "8081"
tls: { certFile: office.pem, keyFile: front-desk.key }
publicUrl: ftp://x
upstreams: {}
`;
    expect(lines(text)).toEqual([
      '2:8 store: found "postgres://…@host/db"; allowed: sqlite:PATH (postgres is not built into this version)',
      '4:17 signingKeyFile: found "keys/none": no such file at FOLDER/keys/none; allowed: the path of a file that is there',
      '8:11 controllers[1].id: found "a", also the id of controllers[0]; allowed: each id once',
      '8:29 controllers[1].publicKeyFile: found "keys/front-desk", which holds a private key; allowed: an Ed25519 public key (SPKI PEM): FILE.pub of cardea keys new FILE',
      '8:46 controllers[1].signingKeyFile: found the unknown key "signingKeyFile"; allowed: id, publicKeyFile',
      '9:9 listen: found "8081"; allowed: host:port, as 127.0.0.1:8080 or [::1]:8080; port 0 to 65535 (0: any free one)',
      '10:39 tls.keyFile: found "front-desk.key", which is not the key of "office.pem"; allowed: the private key of certFile',
      '11:12 publicUrl: found "ftp://x"; allowed: https://host or https://host:port, as phones reach it',
      '12:1 upstreams: found the unknown key "upstreams"; allowed: upstream (the nearest of site, store, upstream, signingKeyFile, credentialKeyFile, controllers, listen, tls, allowPlain, publicUrl, retention)',
    ]);
  });

  it('refuses to answer other machines in the clear unless that is meant', () => {
    expect(lines(example.replace('127.0.0.1:8081', '0.0.0.0:8081'))).toEqual([
      '7:9 listen: found "0.0.0.0:8081", which answers other machines unencrypted; allowed: tls: { certFile, keyFile }, or 127.0.0.1, or allowPlain: true behind something that encrypts',
    ]);
  });

  it('warns of answers in the clear, and of an office that listens to nobody', () => {
    const plain = example.replace('127.0.0.1:8081', '0.0.0.0:8081\nallowPlain: true');
    const text = plain.replace(/^controllers.*\n/m, '');
    expect(lines(text)).toEqual([
      '1:1: warning: no controllers: nothing that a door sends is believed; allowed: controllers: [{ id: …, publicKeyFile: … }]',
      '6:9 listen: warning: "0.0.0.0:8081", which answers other machines unencrypted; allowed: tls: { certFile, keyFile }, or 127.0.0.1',
    ]);
  });

  it('says how long what the office knows of people is kept, in two ways of writing', () => {
    const of = (written: string): unknown =>
      parseOfficeConfig(`${example}\nretention: ${written}\n`, join(folder, 'o.yaml')).config.retention;
    expect(of('{ visits: 24mo, events: P90D }')).toEqual({
      visits: { count: 24, unit: 'months' },
      events: { count: 90, unit: 'days' },
      audit: null,
    });
    expect(of('{ audit: 2y, visits: forever }')).toMatchObject({ audit: { count: 2, unit: 'years' }, visits: null });
    for (const bad of ['7d', '0mo', '24', '1w', '90']) {
      expect(() => of(`{ visits: "${bad}" }`)).toThrow(/retention.visits.*at least 30d/);
    }
  });
});
