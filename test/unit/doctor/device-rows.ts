// One row a way to spoil a Pi, as in rows.ts. Here its databases and devices.

import { chmodSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { DriverError } from '../../../drivers/driver-error.ts';
import { byId, type Pi } from './pi.ts';
import type { Row } from './rows.ts';

export const databaseRows: readonly Row[] = [
  [
    'journal',
    'not-applicable',
    /not checked: .*journal\.db is not for this user .*sudo cardea doctor/,
    (pi) => pi.hide('/var/lib/cardea/journal.db'),
  ],
  ['journal', 'not-applicable', /begun at the first start/, (pi) => pi.remove('/var/lib/cardea/journal.db')],
  [
    'journal',
    'problem',
    /keep the file as evidence/,
    (pi) => writeFileSync(pi.path('/var/lib/cardea/journal.db'), 'noise'.repeat(1000)),
  ],
  ['journal', 'problem', /riverside\/elsewhere, .*but this is riverside\/front-desk/, (pi) => pi.journal('elsewhere')],
  [
    'journal',
    'problem',
    /newer version/,
    (pi) => {
      const db = new Database(pi.path('/var/lib/cardea/journal.db'));
      db.pragma('user_version = 9999');
      db.close();
    },
  ],
  ['journal', 'warning', /open to others/, (pi) => chmodSync(pi.path('/var/lib/cardea/journal.db'), 0o644)],
  ['replica', 'not-applicable', /fetched from the office/, (pi) => pi.remove('/var/lib/cardea/replica.db')],
  ['replica', 'problem', /of elsewhere, but this is/, (pi) => pi.replica('elsewhere')],
  [
    'replica',
    'problem',
    /fetches it again/,
    (pi) => pi.file('/var/lib/cardea/replica.db', 'noise'.repeat(1000), 0o600),
  ],
];

const holder = (pi: Pi, command: string): void => {
  pi.file('/proc/77/cmdline', command.replaceAll(' ', '\0'));
  pi.rawLink('/proc/77/fd/5', '/dev/null');
};
export const serialRows: readonly Row[] = [
  ['serial-held', 'not-applicable', /not checked: processes of other users/, (pi) => pi.hide('/proc/78/fd')],
  ['serial-there', 'problem', /usb-reader \(desk\) is not there/, (pi) => pi.remove('/dev/ttyUSB0')],
  [
    'serial-there',
    'problem',
    /is no device/,
    (pi) => {
      pi.remove('/dev/ttyUSB0');
      pi.file('/dev/ttyUSB0', '');
    },
  ],
  ['serial-there', 'warning', /another port after/, (pi) => pi.config((text) => text.replace(byId, '/dev/ttyUSB0'))],
  [
    'serial-access',
    'problem',
    /may not use .*udev-rules/,
    (pi) => {
      pi.remove('/dev/ttyUSB0');
      pi.file('/dev/ttyUSB0', '', 0o000);
    },
  ],
  [
    'serial-held',
    'problem',
    /picocom \/dev\/ttyUSB0 \(process 77\).*kill 77/,
    (pi) => holder(pi, 'picocom /dev/ttyUSB0'),
  ],
  ['serial-held', 'problem', /serial-getty@ttyUSB0/, (pi) => holder(pi, '/sbin/agetty - vt220')],
  ['serial-held', 'problem', /serial-getty@ttyUSB0/, (pi) => holder(pi, '/bin/login -f')],
  ['serial-held', 'ok', /by the controller/, (pi) => holder(pi, 'node /opt/cardea/bin/cardea.mjs run')],
  [
    'serial-console',
    'problem',
    /says \/proc\/cmdline.*raspi-config/,
    (pi) => pi.file('/proc/cmdline', 'console=ttyUSB0,9600\n'),
  ],
  [
    'serial-latency',
    'warning',
    /up to 16 ms/,
    (pi) => pi.file('/sys/devices/usb1/1-ttyUSB0/1-1:1.0/ttyUSB0/latency_timer', '16\n'),
  ],
  [
    'serial-latency',
    'not-applicable',
    /no such setting/,
    (pi) => pi.remove('/sys/devices/usb1/1-ttyUSB0/1-1:1.0/ttyUSB0/latency_timer'),
  ],
];

const dep = 'kernel/drivers/nfc/pn533/pn533_usb.ko.xz: kernel/net/nfc/nfc.ko.xz\n';
export const pcscRows: readonly Row[] = [
  [
    'pcsc-driver',
    'problem',
    /not compiled; run: cd x && npm rebuild.* \/ cd x && npm rebuild y/,
    (pi) => {
      pi.nfc = () => {
        throw new DriverError('driver-load', 'not compiled; run: cd x && npm rebuild y');
      };
    },
  ],
  ['pcscd', 'problem', /apt-get install pcscd/, (pi) => pi.remove('/usr/sbin/pcscd')],
  ['pcsc-socket', 'problem', /nobody answers at .*pcscd\.comm.*pcscd\.socket/, () => {}],
  ['pcsc-polkit', 'problem', /no polkit rule lets cardea/, (pi) => pi.remove('/etc/polkit-1/rules.d/60-cardea.rules')],
  [
    'pcsc-polkit',
    'problem',
    /no polkit rule/,
    (pi) => pi.file('/etc/polkit-1/rules.d/60-cardea.rules', 'org.debian.pcsc-lite "sam"'),
  ],
  ['pcsc-polkit', 'ok', /asks nobody/, (pi) => pi.remove('/usr/share/polkit-1')],
  [
    'pcsc-polkit',
    'not-applicable',
    /not checked: \/etc\/polkit-1\/rules\.d cannot be looked into .*sudo cardea doctor/,
    (pi) => pi.hide('/etc/polkit-1/rules.d'),
  ],
  [
    'pcsc-polkit',
    'ok',
    /asks nobody/,
    (pi) => {
      pi.remove('/etc/polkit-1');
      pi.file('/etc/default/pcscd', '# options\nPCSCD_ARGS=--disable-polkit\n');
    },
  ],
  [
    'pcsc-modules',
    'problem',
    /pn533_usb, pn533 are loaded.*blacklist.*modprobe -r pn533_usb pn533/,
    (pi) => pi.file('/proc/modules', 'pn533_usb 1 0 - Live 0x0\npn533 1 1 pn533_usb, Live 0x0\n'),
  ],
  ['pcsc-modules', 'warning', /would be when/, (pi) => pi.file('/lib/modules/6.12.1-v8/modules.dep', dep)],
  [
    'pcsc-modules',
    'ok',
    /no kernel module/,
    (pi) => {
      pi.file('/lib/modules/6.12.1-v8/modules.dep', dep);
      pi.file('/etc/modprobe.d/x.conf', 'blacklist pn533-usb\n');
    },
  ],
  [
    'pcsc-modules',
    'warning',
    /would be when/,
    (pi) => {
      pi.file('/lib/modules/6.12.1-v8/modules.dep', dep);
      pi.file('/etc/modprobe.d/x.conf', '# blacklist pn533_usb\n');
    },
  ],
  [
    'pcsc-readers',
    'problem',
    /named like "ACS ACR122U\*"; pcscd has no reader/,
    (pi) => {
      pi.readers = [];
    },
  ],
  [
    'pcsc-readers',
    'problem',
    /there is "Other 00 00"/,
    (pi) => {
      pi.readers = ['Other 00 00'];
    },
  ],
  [
    'pcsc-readers',
    'problem',
    /fits "ACS ACR122U 00 00", "ACS ACR122U 01 00"/,
    (pi) => {
      pi.readers = ['ACS ACR122U 00 00', 'ACS ACR122U 01 00'];
    },
  ],
  [
    'pcsc-readers',
    'not-applicable',
    /not checked: pcscd is away/,
    (pi) => {
      pi.readers = new Error('pcscd is away');
    },
  ],
];

const withSysfs = (pi: Pi): void => pi.config((text) => text.replace('driver: gpio', 'driver: gpio, backend: sysfs'));

export const gpioRows: readonly Row[] = [
  [
    'gpio-driver',
    'problem',
    /ioctl is not installed/,
    (pi) => {
      pi.gpio = () => {
        throw new DriverError('driver-missing', 'ioctl is not installed; run: npm install');
      };
    },
  ],
  [
    'gpio-line',
    'problem',
    /lock of front-door: there is no line 58, pinctrl-bcm2711 has the lines 0 to 57/,
    (pi) => pi.config((text) => text.replace('line: 17', 'line: 58')),
  ],
  ['gpio-line', 'problem', /line 17 .*is exported in .*busy/, (pi) => pi.folder('/sys/class/gpio/gpio529')],
  [
    'gpio-sysfs',
    'problem',
    /no \/sys\/class\/gpio/,
    (pi) => {
      withSysfs(pi);
      pi.remove('/sys/class/gpio/export');
    },
  ],
  [
    'gpio-sysfs',
    'problem',
    /read-only.*drop-in/,
    (pi) => {
      withSysfs(pi);
      pi.unit({ ProtectKernelTunables: 'yes' });
    },
  ],
  ['gpio-sysfs', 'ok', /may write below/, withSysfs],
  ['gpio-strict', 'not-applicable', /that the kernel releases/, withSysfs],
  [
    'gpio-chip',
    'problem',
    /no GPIO chip pinctrl-rp1; there is pinctrl-bcm2711/,
    (pi) => pi.config((text) => text.replace('bcm2711', 'rp1')),
  ],
  [
    'gpio-chip',
    'warning',
    /by its label, pinctrl-bcm2711/,
    (pi) => pi.config((text) => text.replace('pinctrl-bcm2711', 'gpiochip0')),
  ],
  ['gpio-access', 'problem', /may not use \/dev\/gpiochip0/, (pi) => chmodSync(pi.path('/dev/gpiochip0'), 0o000)],
  ['gpio-access', 'problem', /\/dev\/gpiochip0 is not there/, (pi) => pi.remove('/dev/gpiochip0')],
  [
    'gpio-strict',
    'problem',
    /front-door.*dtparam=strict_gpiod/,
    (pi) => pi.file('/boot/firmware/config.txt', '#dtparam=strict_gpiod\n'),
  ],
  [
    'gpio-strict',
    'problem',
    /stay as they are/,
    (pi) => pi.file('/sys/module/pinctrl_bcm2835/parameters/persist_gpio_outputs', 'Y\n'),
  ],
  ['gpio-strict', 'not-applicable', /cannot be read/, (pi) => pi.remove('/boot/firmware/config.txt')],
  ['gpio-strict', 'not-applicable', /no Raspberry Pi/, (pi) => pi.remove('/proc/device-tree/model')],
];
