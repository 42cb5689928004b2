// The controller's config: the example of the interfaces, the defaults, and what is accepted with a warning.

import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unbuiltDrivers } from '../../../config/controller/built-drivers.ts';
import { loadControllerConfig, parseControllerConfig } from '../../../config/load.ts';
import { errorsOf, linesOf } from './support/problems.ts';
import { secret, siteFolder } from './support/site-folder.ts';

let folder = '';
beforeAll(() => {
  folder = siteFolder();
});
afterAll(() => rmSync(folder, { recursive: true }));

const head = `site: riverside
controller: front-desk
credentialKeyFile: keys/site
dataDir: data
`;

const door = `accessPoints:
  - { id: door, space: riverside, kind: entrance, lock: { driver: simulated } }
`;

const upstream = `upstream:
  url: mqtts://broker.example.org:8883
  signingKeyFile: keys/front-desk
  officeKeys: [keys/office.pub]
`;

function errors(text: string): string[] {
  return errorsOf(() => parseControllerConfig(text, join(folder, 'c.yaml'))).map(anywhere);
}

function warnings(text: string): string[] {
  return linesOf(() => parseControllerConfig(text, join(folder, 'c.yaml'))).map(anywhere);
}

/** The temporary folder has another name each time. */
function anywhere(line: string): string {
  return line.replace(/^\/?(?:[^:]*\/)?c\.yaml:/, '').replaceAll(folder, 'FOLDER');
}

const interfacesExample = `site: riverside                    # every controller of a site shares its replica
controller: front-desk             # unique within the site
credentialKeyFile: keys/site       # the site's credential key, the same at the office
dataDir: /var/lib/cardea
upstream:
  url: mqtts://broker.example.org:8883     # mqtt:// only with allowPlain: true or on loopback
  caFile: ca.pem
  certFile: front-desk.pem
  keyFile: front-desk.key                  # or username + passwordFile
  signingKeyFile: keys/front-desk          # this controller's own key; its events are signed with it
  officeKeys: [keys/office.pub]            # replicas and commands not signed by one of these are refused
accessPoints:
  - id: front-door
    space: riverside
    kind: entrance                 # or interior
    policy: strict                 # or open-and-flag
    lock: { driver: gpio, chip: pinctrl-bcm2711, line: 17, activeLow: false, unlockTime: 5s, failSafe: false }
    contact: { driver: gpio, chip: pinctrl-bcm2711, line: 22, heldAfter: 30s }     # door position
    requestToExit: { driver: gpio, chip: pinctrl-bcm2711, line: 23 }               # also: tamper, fire, help; each with debounce: 30ms (at most 400ms)
readers:
  - { id: front-in, driver: pcsc, reader: "ACS ACR122U*", accessPoint: front-door, direction: in }
  - { id: front-qr, driver: serial, format: line, path: /dev/serial/by-id/usb-GM65, baudRate: 9600, credential: qr, accessPoint: front-door, direction: in }
  - { id: back-out, driver: osdp, path: /dev/ttyUSB0, baudRate: 9600, address: 5, secureChannelKeyFile: keys/back-out.scbk, accessPoint: front-door, direction: out }
  - { id: desk, driver: simulated, accessPoint: front-door, direction: toggle }
rules: { untrustedClock: invariant, clockHorizon: 72h, clockSettle: 5m, bookingLead: 10m, bookingTail: 10m, visitorLead: 30m, presumedExit: 6h, staleReplica: 24h }   # all defaults
console: { listen: 127.0.0.1:8080 }
`;

describe('a good config', () => {
  it('is the example of the interfaces, with warnings of what is not built yet', () => {
    writeFileSync(join(folder, 'example.yaml'), interfacesExample);
    const { config, warnings: cautions } = loadControllerConfig(join(folder, 'example.yaml'));
    expect(cautions.map(({ path, found }) => `${path}: ${found}`)).toEqual([
      'readers[2].driver: driver osdp is not built into this version: cardea run refuses it',
    ]);
    expect(new Set(unbuiltDrivers(config))).toEqual(new Set(cautions.map(({ path, found }) => `${path}: ${found}`)));
    expect(config).toEqual({
      site: 'riverside',
      controller: 'front-desk',
      credentialKeyFile: join(folder, 'keys/site'),
      epoch: null,
      dataDir: '/var/lib/cardea',
      socketGroup: null,
      upstream: {
        url: 'mqtts://broker.example.org:8883',
        allowPlain: false,
        caFile: join(folder, 'ca.pem'),
        certFile: join(folder, 'front-desk.pem'),
        keyFile: join(folder, 'front-desk.key'),
        username: null,
        passwordFile: null,
        signingKeyFile: join(folder, 'keys/front-desk'),
        officeKeys: [join(folder, 'keys/office.pub')],
        windowEvents: 1000,
        batchEvents: 100,
        batchBytes: 200_000,
        ackTimeoutMs: 10_000,
        backoffMinMs: 1000,
        backoffMaxMs: 60_000,
        maxMessageBytes: 4_194_304,
        maxReplicaBytes: 2_147_483_648,
      },
      accessPoints: [
        {
          id: 'front-door',
          space: 'riverside',
          kind: 'entrance',
          policy: 'strict',
          exit: 'free',
          repeatWindowMs: 10_000,
          toggleMinStayMs: 60_000,
          onStorageFailure: 'grant',
          lock: { ...gpio(17), unlockTimeMs: 5000, extendedUnlockTimeMs: 15_000, failSafe: false },
          contact: { ...gpio(22), debounceMs: 30, heldAfterMs: 30_000, preAlarmMs: 10_000 },
          requestToExit: { ...gpio(23), debounceMs: 30 },
          tamper: null,
          staffToggle: null,
          siteRules: {
            lockOut: null,
            area: null,
            interlock: null,
            occupancyLimit: null,
            secondPerson: null,
            pin: { use: 'optional', withinMs: 20_000 },
          },
          fire: null,
          help: null,
        },
      ],
      readers: [
        {
          id: 'front-in',
          driver: 'pcsc',
          reader: 'ACS ACR122U*',
          feedback: 'auto',
          accessPoint: 'front-door',
          direction: 'in',
        },
        {
          id: 'front-qr',
          driver: 'serial',
          format: 'line',
          path: '/dev/serial/by-id/usb-GM65',
          baudRate: 9600,
          credential: 'qr',
          maxLineBytes: 256,
          lineTimeoutMs: 500,
          feedback: null,
          accessPoint: 'front-door',
          direction: 'in',
        },
        {
          id: 'back-out',
          driver: 'osdp',
          path: '/dev/ttyUSB0',
          baudRate: 9600,
          address: 5,
          secureChannelKeyFile: join(folder, 'keys/back-out.scbk'),
          accessPoint: 'front-door',
          direction: 'out',
        },
        { id: 'desk', driver: 'simulated', accessPoint: 'front-door', direction: 'toggle' },
      ],
      commands: { maxLifeMs: 86_400_000, maxSkewMs: 60_000, maxKept: 10_000 },
      journal: { keepMs: 34_560_000_000, maxBytes: 2_147_483_648 },
      rules: {
        untrustedClock: 'invariant',
        clockHorizonMs: 259_200_000,
        clockSettleMs: 300_000,
        bookingLeadMs: 600_000,
        bookingTailMs: 600_000,
        visitorLeadMs: 1_800_000,
        presumedExitMs: 21_600_000,
        staleReplicaMs: 86_400_000,
      },
      help: { refusedWithinMs: 600_000, quietMs: 30_000 },
      feedback: {
        answerMs: 3_000,
        waitingMs: 10_000,
        identifyMs: 10_000,
        againMs: 2_000,
        texts: {
          granted: 'OK',
          unknown: '?',
          'not-now': 'TIME',
          'no-pass': 'PASS',
          'door-closed': 'STOP',
          'not-here': 'ZONE',
          'try-again': 'RETRY',
          pin: 'PIN',
          'second-person': '+1',
          'pre-alarm': 'DOOR',
          held: 'DOOR!',
          'not-trusted': 'SYNC',
          identify: 'ID',
          idle: '',
        },
      },
      console: { listen: '127.0.0.1:8080' },
    });
  });

  function gpio(line: number): object {
    return { driver: 'gpio', backend: 'auto', chip: 'pinctrl-bcm2711', line, activeLow: false };
  }

  it('takes the rules of the interfaces as its defaults', () => {
    const full = parseControllerConfig(interfacesExample, join(folder, 'a.yaml')).config.rules;
    expect(parseControllerConfig(head + door, join(folder, 'b.yaml')).config.rules).toEqual(full);
  });

  it('writes the line for denials to a serial reader for each kind that has none of its own', () => {
    const readers = (feedback: string): string =>
      `readers: [{ id: r, driver: serial, path: /dev/r, accessPoint: door, direction: in, feedback: ${feedback} }]\n`;
    const feedbackOf = (text: string): unknown => {
      const [reader] = parseControllerConfig(head + door + readers(text), join(folder, 'c.yaml')).config.readers;
      return reader?.driver === 'serial' ? reader.feedback : undefined;
    };
    expect(feedbackOf('{ granted: "a\\r\\n", denied: no, noPass: buy }')).toEqual({
      granted: 'a\r\n',
      unknown: 'no',
      'not-now': 'no',
      'no-pass': 'buy',
      'door-closed': 'no',
      'not-here': 'no',
      'try-again': 'no',
    });
    expect(feedbackOf('{ held: "!" }')).toEqual({ held: '!' });
    expect(feedbackOf('null')).toBeNull();
    const long = (text: string): string[] => errors(head + door + readers(`{ granted: ${text} }`));
    expect(long('é'.repeat(128))).toEqual([]);
    expect(long('é'.repeat(129))).toEqual([expect.stringContaining('1 to 256 bytes')]);
  });

  it('keeps an extended release at least as long as a plain one', () => {
    const text = (lock: string): string => head + door.replace('driver: simulated', `driver: simulated, ${lock}`);
    const extended = (lock: string): number | undefined =>
      parseControllerConfig(text(lock), join(folder, 'c.yaml')).config.accessPoints[0]?.lock.extendedUnlockTimeMs;
    expect(extended('unlockTime: 40s')).toBe(40_000);
    expect(extended('unlockTime: 40s, extendedUnlockTime: 50s')).toBe(50_000);
    expect(errors(text('unlockTime: 40s, extendedUnlockTime: 30s'))).toEqual([
      '6:115 accessPoints[0].lock.extendedUnlockTime: found "30s"; allowed: at least the unlockTime, 40s',
    ]);
  });

  it('makes relative paths absolute', () => {
    const text = `${head}${door.replace('driver: simulated', 'driver: simulated, file: out/door.jsonl')}readers:
  - { id: r, driver: serial, path: pty0, accessPoint: door, direction: in }
`;
    const { config } = parseControllerConfig(text, join(folder, 'c.yaml'));
    expect(config.dataDir).toBe(join(folder, 'data'));
    expect(config.accessPoints[0]?.lock).toMatchObject({ file: join(folder, 'out/door.jsonl') });
    expect(config.readers[0]).toMatchObject({ path: join(folder, 'pty0'), format: 'line', credential: 'card' });
  });

  it('may be JSON', () => {
    const text = JSON.stringify({
      ...parsed(head),
      accessPoints: [{ id: 'd', space: 's', kind: 'interior', lock: { driver: 'simulated' } }],
    });
    expect(parseControllerConfig(text, join(folder, 'c.json')).config.accessPoints[0]?.kind).toBe('interior');
  });

  function parsed(lines: string): object {
    return Object.fromEntries(
      lines
        .trim()
        .split('\n')
        .map((line) => line.split(': ')),
    );
  }
});

describe('warnings', () => {
  it('name what works and is perhaps not meant', () => {
    secret(join(folder, 'keys/open'), readFileSync(join(folder, 'keys/site'), 'utf8'));
    chmodSync(join(folder, 'keys/open'), 0o644);
    const text = `${head.replace('keys/site', 'keys/open')}${door}  - { id: inner, space: riverside, kind: interior, lock: { driver: simulated } }
readers:
  - { id: r, driver: serial, format: rdm6300, path: /dev/a, accessPoint: inner, direction: toggle }
${upstream.replace('mqtts://broker.example.org:8883', 'mqtt://broker\n  allowPlain: true')}`;
    expect(warnings(text)).toEqual([
      '3:20 credentialKeyFile: warning: "keys/open" is open to others than its owner (mode 0644); allowed: mode 0600: chmod 600 FOLDER/keys/open',
      '6:11 accessPoints[0].id: warning: no reader names access point "door": only commands open it; allowed: a reader with accessPoint: door',
      '9:38 readers[0].format: warning: driver serial with format rdm6300 is not built into this version: cardea run refuses it; allowed: line',
      '9:92 readers[0].direction: warning: a toggle reader at an interior door is always in (no visit begins or ends there); allowed: in',
      '11:8 upstream.url: warning: "mqtt://broker" sends everything unencrypted to another machine; allowed: mqtts://host:port',
    ]);
  });

  it('are none for plain MQTT on this machine', () => {
    const reader = 'readers:\n  - { id: r, driver: simulated, accessPoint: door, direction: in }\n';
    for (const host of ['localhost', '127.0.0.1:1883', '[::1]:1883']) {
      expect(warnings(head + door + reader + upstream.replace(/mqtts:\S+/, `mqtt://${host}`))).toEqual([]);
    }
  });

  it('say that a controller without upstream works alone', () => {
    const reader = 'readers:\n  - { id: r, driver: simulated, accessPoint: door, direction: in }\n';
    expect(warnings(head + door + reader)).toEqual([
      '1:1: warning: no upstream: this controller works alone, the office hears nothing; allowed: upstream: { url: mqtts://… }',
    ]);
  });

  it('say that a chip is best called by its label', () => {
    const lines =
      'lock: { driver: gpio, chip: gpiochip0, line: 17 }, contact: { driver: gpio, chip: pinctrl-rp1, line: 17 }';
    const text = `${head}accessPoints:
  - { id: door, space: riverside, kind: entrance, ${lines} }
readers:
  - { id: r, driver: simulated, accessPoint: door, direction: in }
${upstream}`;
    expect(warnings(text)).toEqual([
      '6:79 accessPoints[0].lock.chip: warning: "gpiochip0", the kernel\'s name of a chip, may be another chip after the next start; allowed: its label, as cardea devices shows it',
    ]);
  });
});
