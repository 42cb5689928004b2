// Every way in which a controller's config can be bad: each fault with its place, its key, and the words for it.

import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadControllerConfig, parseControllerConfig } from '../../../config/load.ts';
import { errorsOf, linesOf } from './support/problems.ts';
import { siteFolder } from './support/site-folder.ts';

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

/** The temporary folder has another name each time. */
function anywhere(line: string): string {
  return line.replace(/^\/?(?:[^:]*\/)?c\.yaml:/, '').replaceAll(folder, 'FOLDER');
}

const rows: [name: string, text: string, expected: string[]][] = [
  ['nothing at all', '', ['1:1: found nothing; allowed: a mapping (key: value)']],
  ['a list', '- site\n', ['1:1: found a list of 1; allowed: a mapping (key: value)']],
  [
    'missing keys',
    'site: a\n',
    [
      '1:1 controller: found nothing; allowed: an id: 1 to 64 of A-Z a-z 0-9 . _ -',
      '1:1 accessPoints: found nothing; allowed: a list of 1 to 256',
      '1:1 credentialKeyFile: found nothing; allowed: the path of a file, relative to the folder of this file or absolute',
      '1:1 dataDir: found nothing; allowed: the path of a file, relative to the folder of this file or absolute',
    ],
  ],
  [
    'feedback that is none',
    `${head}${door}feedback: { answer: 0s, texts: { granted: "a\\tb", notnow: X } }
readers:
  - { id: r, driver: serial, path: /dev/r, accessPoint: door, direction: in, feedback: { granted: "", no-pass: x } }
  - { id: p, driver: pcsc, reader: ACR*, accessPoint: door, direction: in, feedback: maybe }
help: { quiet: 2h }
`,
    [
      '7:21 feedback.answer: found "0s"; allowed: a duration, 500ms to 1m, written as 250ms, 5s, 2m, 1h or 7d (units ms, s, m, h, d)',
      '7:43 feedback.texts.granted: found "a\\tb"; allowed: a text of at most 32 characters, none of them a control character',
      '7:51 feedback.texts.notnow: found the unknown key "notnow"; allowed: notNow (the nearest of granted, unknown, notNow, noPass, doorClosed, notHere, tryAgain, pin, secondPerson, preAlarm, held, notTrusted, identify, idle)',
      '9:99 readers[0].feedback.granted: found ""; allowed: a text of 1 to 256 bytes, written as it is ("\\r\\n" ends a line)',
      '9:103 readers[0].feedback.no-pass: found the unknown key "no-pass"; allowed: noPass (the nearest of granted, unknown, notNow, noPass, doorClosed, notHere, tryAgain, pin, secondPerson, preAlarm, held, notTrusted, identify, idle, denied)',
      '10:86 readers[1].feedback: found "maybe"; allowed: auto, on, off',
      '11:16 help.quiet: found "2h"; allowed: a duration, 0s to 1h, written as 250ms, 5s, 2m, 1h or 7d (units ms, s, m, h, d)',
    ],
  ],
  [
    'an unknown key',
    `${head}${door}    policee: strict\n`.replace('}\n    policee: strict', ', policee: strict }'),
    [
      '6:81 accessPoints[0].policee: found the unknown key "policee"; allowed: policy (the nearest of id, space, kind, policy, exit, repeatWindow, toggleMinStay, onStorageFailure, lock, contact, requestToExit, tamper, fire, staffToggle, area, interlock, secondPerson, pin, lockOut, help)',
    ],
  ],
  [
    'an epoch, which only scenarios fix',
    `${head}${door}epoch: e1\n`,
    [
      '7:1 epoch: found the unknown key "epoch"; allowed: site, controller, socketGroup, accessPoints, readers, rules, areas, occupancy, help, feedback, commands, journal, console, credentialKeyFile, dataDir, upstream',
    ],
  ],
  [
    'a name that is taken',
    (head + door).replace('controller: front-desk', 'controller: office'),
    ['2:13 controller: found "office"; allowed: an id other than office and replica, which are taken on the wire'],
  ],
  [
    'a reader naming an access point that does not exist',
    `${head}${door}readers:\n  - { id: r, driver: simulated, accessPoint: dor, direction: in }\n`,
    ['8:46 readers[0].accessPoint: found "dor", which is no access point of this file; allowed: door'],
  ],
  [
    'ids used twice',
    `${head}${door}  - { id: door, space: riverside, kind: interior, lock: { driver: simulated } }
readers:
  - { id: r, driver: simulated, accessPoint: door, direction: in }
  - { id: r, driver: simulated, accessPoint: door, direction: out }
`,
    [
      '7:11 accessPoints[1].id: found "door", also the id of accessPoints[0]; allowed: each id once',
      '10:11 readers[1].id: found "r", also the id of readers[0]; allowed: each id once',
    ],
  ],
  [
    'two readers on one port',
    `${head}${door}readers:
  - { id: a, driver: serial, path: /dev/ttyUSB0, accessPoint: door, direction: in }
  - { id: b, driver: serial, path: /dev/../dev/ttyUSB0, accessPoint: door, direction: out }
  - { id: c, driver: osdp, path: /dev/ttyUSB0, address: 1, accessPoint: door, direction: out }
  - { id: d, driver: osdp, path: /dev/ttyUSB1, address: 1, accessPoint: door, direction: out }
  - { id: e, driver: osdp, path: /dev/ttyUSB1, address: 2, accessPoint: door, direction: out }
  - { id: f, driver: osdp, path: /dev/ttyUSB1, address: 1, accessPoint: door, direction: out }
  - { id: g, driver: osdp, path: /dev/ttyUSB1, address: 3, baudRate: 19200, accessPoint: door, direction: out }
  - { id: h, driver: pcsc, reader: "ACS*", accessPoint: door, direction: out }
  - { id: i, driver: pcsc, reader: "ACS*", accessPoint: door, direction: out }
`,
    [
      '9:36 readers[1].path: found "/dev/ttyUSB0", already the port of readers[0] (a); allowed: one reader on a port; only osdp readers share one',
      '10:34 readers[2].path: found "/dev/ttyUSB0", already the port of readers[0] (a); allowed: one reader on a port; only osdp readers share one',
      '13:57 readers[5].address: found address 1, already that of readers[3] (d) on one port; allowed: each address once',
      '14:70 readers[6].baudRate: found 19200 baud, on one port with readers[3] (d) at 9600; allowed: one baudRate for all readers of a port',
      '16:36 readers[8].reader: found the PC/SC reader "ACS*", already used by readers[7].reader; allowed: each once',
    ],
  ],
  [
    'GPIO lines and OSDP relays used twice',
    `${head}accessPoints:
  - id: a
    space: s
    kind: entrance
    lock: { driver: gpio, chip: c, line: 17 }
    contact: { driver: gpio, chip: c, line: 18 }
    fire: { driver: gpio, chip: d, line: 17 }
  - { id: b, space: s, kind: entrance, lock: { driver: gpio, chip: c, line: 18 } }
  - { id: c, space: s, kind: entrance, lock: { driver: osdp, reader: o }, tamper: { driver: osdp, reader: o } }
  - { id: d, space: s, kind: entrance, lock: { driver: osdp, reader: o }, tamper: { driver: osdp, reader: w } }
  - { id: e, space: s, kind: entrance, lock: { driver: osdp, reader: x } }
readers:
  - { id: w, driver: wiegand, chip: c, data0: 17, data1: 19, accessPoint: a, direction: in }
  - { id: o, driver: osdp, path: /dev/ttyS0, address: 0, accessPoint: a, direction: in }
`,
    [
      '12:77 accessPoints[1].lock.line: found line 18 of c, already used by accessPoints[0].contact.line; allowed: each once',
      '14:46 accessPoints[3].lock.output: found output 0 of reader o, already used by accessPoints[2].lock.output; allowed: each once',
      '14:107 accessPoints[3].tamper.reader: found "w", which is not an osdp reader; allowed: o',
      '15:70 accessPoints[4].lock.reader: found "x", which is no reader of this file; allowed: o',
      '17:47 readers[0].data0: found line 17 of c, already used by accessPoints[0].lock.line; allowed: each once',
    ],
  ],
  [
    'what only some drivers have',
    `${head}accessPoints:
  - { id: a, space: s, kind: entrance, lock: { driver: simulated, line: 4 }, contact: { driver: gpoi, heldAfter: 0s } }
readers:
  - { id: b c, driver: nfc, accessPoint: a, direction: both }
  - { id: d, accessPoint: z, direction: in }
`,
    [
      '6:67 accessPoints[0].lock.line: found the unknown key "line"; allowed: driver, file, unlockTime, extendedUnlockTime, failSafe',
      '6:97 accessPoints[0].contact.driver: found "gpoi"; allowed: simulated, gpio, osdp',
      '6:114 accessPoints[0].contact.heldAfter: found "0s"; allowed: a duration, 1s to 24h, written as 250ms, 5s, 2m, 1h or 7d (units ms, s, m, h, d)',
      '8:11 readers[0].id: found "b c"; allowed: an id: 1 to 64 of A-Z a-z 0-9 . _ -',
      '8:24 readers[0].driver: found "nfc"; allowed: simulated, serial, pcsc, osdp, wiegand',
      '8:56 readers[0].direction: found "both"; allowed: in, out, toggle',
      '9:5 readers[1].driver: found nothing; allowed: simulated, serial, pcsc, osdp, wiegand',
      '9:27 readers[1].accessPoint: found "z", which is no access point of this file; allowed: a',
    ],
  ],
  [
    'doors that warn too late, free what is not there, or toggle what cannot be set',
    `${head}accessPoints:
  - id: a
    space: s
    kind: entrance
    lock: { driver: simulated }
    contact: { driver: simulated, preAlarm: 30s }
    fire: { driver: simulated, frees: [a, b] }
    staffToggle: { mode: controlled, within: 2m }
readers:
  - { id: r, driver: simulated, accessPoint: a, direction: in }
`,
    [
      '10:45 accessPoints[0].contact.preAlarm: found "30s"; allowed: less than the heldAfter, 30s',
      '11:43 accessPoints[0].fire.frees[1]: found "b", which is no access point of this file; allowed: a',
      '12:26 accessPoints[0].staffToggle.mode: found "controlled"; allowed: unlocked, locked, lockdown',
      '12:46 accessPoints[0].staffToggle.within: found "2m"; allowed: a duration, 1s to 1m, written as 250ms, 5s, 2m, 1h or 7d (units ms, s, m, h, d)',
    ],
  ],
  [
    'durations and numbers out of their bounds',
    `${head}accessPoints:
  - id: a
    space: s
    kind: entrance
    repeatWindow: 6m
    lock: { driver: simulated, unlockTime: 5, extendedUnlockTime: 99ms }
    contact: { driver: simulated, debounce: 401ms }
readers:
  - { id: r, driver: serial, path: /dev/a, baudRate: 9601, maxLineBytes: 7, lineTimeout: 1.5s, accessPoint: a, direction: in }
rules: { clockHorizon: 3w, bookingLead: -1m }
console: { listen: 127.0.0.1:65536 }
`,
    [
      '9:19 accessPoints[0].repeatWindow: found "6m"; allowed: a duration, 0s to 5m, written as 250ms, 5s, 2m, 1h or 7d (units ms, s, m, h, d)',
      '10:44 accessPoints[0].lock.unlockTime: found the number 5; allowed: a duration, 100ms to 10m, written as 250ms, 5s, 2m, 1h or 7d (units ms, s, m, h, d)',
      '10:67 accessPoints[0].lock.extendedUnlockTime: found "99ms"; allowed: a duration, 100ms to 10m, written as 250ms, 5s, 2m, 1h or 7d (units ms, s, m, h, d)',
      '11:45 accessPoints[0].contact.debounce: found "401ms"; allowed: a duration, 0ms to 400ms, written as 250ms, 5s, 2m, 1h or 7d (units ms, s, m, h, d)',
      '13:54 readers[0].baudRate: found the number 9601; allowed: 1200, 2400, 4800, 9600, 14400, 19200, 38400, 57600, 115200, 230400',
      '13:74 readers[0].maxLineBytes: found the number 7; allowed: a whole number, 8 to 4096',
      '13:90 readers[0].lineTimeout: found "1.5s"; allowed: a duration, 10ms to 10s, written as 250ms, 5s, 2m, 1h or 7d (units ms, s, m, h, d)',
      '14:24 rules.clockHorizon: found "3w"; allowed: a duration, 1m to 744h, written as 250ms, 5s, 2m, 1h or 7d (units ms, s, m, h, d)',
      '14:41 rules.bookingLead: found "-1m"; allowed: a duration, 0s to 24h, written as 250ms, 5s, 2m, 1h or 7d (units ms, s, m, h, d)',
      '15:20 console.listen: found "127.0.0.1:65536"; allowed: host:port, as 127.0.0.1:8080 or [::1]:8080; port 0 to 65535 (0: any free one)',
    ],
  ],
  [
    'a broker that makes no sense',
    `${head}${door}upstream: { url: "mqtt://me:word@broker", certFile: front-desk.pem, username: u, signingKeyFile: keys/front-desk, officeKeys: [], batchEvents: 500, windowEvents: 100, backoffMin: 2m }\n`,
    [
      '7:18 upstream.url: found "mqtt://…@broker", with a name or a password in it; allowed: username and passwordFile beside it',
      '7:43 upstream.certFile: found certFile without keyFile; allowed: certFile and keyFile together, or neither',
      '7:69 upstream.username: found username without passwordFile; allowed: username and passwordFile together, or neither',
      '7:127 upstream.officeKeys: found an empty list; allowed: a list of 1 to 8',
      '7:144 upstream.batchEvents: found batchEvents 500; allowed: batchEvents of at most windowEvents',
      '7:180 upstream.backoffMin: found "2m"; allowed: a backoffMin that is at most the backoffMax',
    ],
  ],
  ...(['mqtt://broker:1883', 'http://broker', 'broker:8883', 'mqtts://broker/path'] as const).map(
    (url): [string, string, string[]] => [
      `the address ${url}`,
      head + door + upstream.replace(/mqtts:\S+/, `"${url}"`),
      [
        url === 'mqtt://broker:1883'
          ? '8:8 upstream.url: found "mqtt://broker:1883", unencrypted to another machine; allowed: mqtts://host:port, or allowPlain: true if that is meant'
          : `8:8 upstream.url: found "${url}"; allowed: mqtts://host:port, or mqtt://host:port on this machine or with allowPlain: true`,
      ],
    ],
  ),
  [
    'key files that are missing',
    (head + door + upstream).replace('keys/site', 'keys/none').replace('keys/office.pub', 'keys/gone.pub, keys'),
    [
      '3:20 credentialKeyFile: found "keys/none": no such file at FOLDER/keys/none; allowed: the path of a file that is there',
      '10:16 upstream.officeKeys[0]: found "keys/gone.pub": no such file at FOLDER/keys/gone.pub; allowed: the path of a file that is there',
      '10:31 upstream.officeKeys[1]: found "keys": a folder at FOLDER/keys; allowed: a file',
    ],
  ],
  [
    'key files that hold something else',
    `${head.replace('keys/site', 'keys/office')}${door}upstream:
  url: mqtts://h
  caFile: keys/site
  certFile: front-desk.pem
  keyFile: office.key
  signingKeyFile: front-desk.key
  officeKeys: [keys/office, front-desk.pem]
`,
    [
      '3:20 credentialKeyFile: found "keys/office", which holds something else; allowed: 32 bytes in base64: cardea keys site FILE makes one',
      '9:11 upstream.caFile: found "keys/site", which holds no certificate; allowed: X.509 certificates in PEM',
      '11:12 upstream.keyFile: found "office.key", which is not the key of "front-desk.pem"; allowed: the private key of certFile',
      '12:19 upstream.signingKeyFile: found "front-desk.key", which holds a key of type ec; allowed: an Ed25519 private key (PKCS#8 PEM): cardea keys new FILE makes one',
      '13:16 upstream.officeKeys[0]: found "keys/office", which holds a private key; allowed: an Ed25519 public key (SPKI PEM): FILE.pub of cardea keys new FILE',
      '13:29 upstream.officeKeys[1]: found "front-desk.pem", which holds no such key; allowed: an Ed25519 public key (SPKI PEM): FILE.pub of cardea keys new FILE',
    ],
  ],
  [
    'eight different faults at once, one of them in the text itself',
    `site: river side
controller: front-desk
credentialKeyFile: keys/none
dataDir: data
dataDir: other
accessPoints:
  - { id: a, space: s, kind: entrance, lock: { driver: gpio, chip: c, line: 4 }, fire: { driver: gpio, chip: c, line: 4 } }
readers:
  - { id: r, driver: serial, path: /dev/a, accessPoint: b, direction: in }
  - { id: r, driver: serial, path: /dev/a, accessPoint: a, direction: sideways }
rules: 5
`,
    [
      '1:7 site: found "river side"; allowed: an id: 1 to 64 of A-Z a-z 0-9 . _ -',
      '3:20 credentialKeyFile: found "keys/none": no such file at FOLDER/keys/none; allowed: the path of a file that is there',
      '5:1 dataDir: found a key that is already there; allowed: each key once in a mapping',
      '7:119 accessPoints[0].fire.line: found line 4 of c, already used by accessPoints[0].lock.line; allowed: each once',
      '9:57 readers[0].accessPoint: found "b", which is no access point of this file; allowed: a',
      '10:11 readers[1].id: found "r", also the id of readers[0]; allowed: each id once',
      '10:36 readers[1].path: found "/dev/a", already the port of readers[0] (r); allowed: one reader on a port; only osdp readers share one',
      '10:71 readers[1].direction: found "sideways"; allowed: in, out, toggle',
      '11:8 rules: found the number 5; allowed: a mapping (key: value)',
    ],
  ],
];

describe('a bad config', () => {
  it.each(rows)('%s', (_name, text, expected) => {
    expect(errors(text)).toEqual(expected);
  });

  it('is told by its key, not by the place of what it points at, when two names mean one port', () => {
    writeFileSync(join(folder, 'tty'), '');
    symlinkSync(join(folder, 'tty'), join(folder, 'by-id'));
    const text = `${head}${door}readers:
  - { id: a, driver: serial, path: by-id, accessPoint: door, direction: in }
  - { id: b, driver: serial, path: tty, accessPoint: door, direction: in }
`;
    expect(errors(text)).toEqual([
      '9:36 readers[1].path: found "FOLDER/tty", already the port of readers[0] (a); allowed: one reader on a port; only osdp readers share one',
    ]);
  });

  it('is one that is not there', () => {
    const lines = linesOf(() => loadControllerConfig(join(folder, 'none.yaml')));
    expect(lines).toEqual(['1:1: found no such file; allowed: the path of a file that is there']);
  });
});
