// One row a way to spoil a Pi: the check that notices, what it says of it, and the spoiling. Here the machine and its service.

import { chmodSync } from 'node:fs';
import type { State } from '../../../daemon/doctor/check.ts';
import type { Pi } from './pi.ts';

export type Row = readonly [id: string, state: State, says: RegExp, spoil: (pi: Pi) => void];

export const programRows: readonly Row[] = [
  [
    'node-version',
    'problem',
    /Node 20\.18\.9.*20\.19/,
    (pi) => {
      pi.nodeVersion = '20.18.9';
    },
  ],
  [
    'node-version',
    'problem',
    /Node 18/,
    (pi) => {
      pi.nodeVersion = '18.20.0';
    },
  ],
  [
    'node-version',
    'ok',
    /Node 22/,
    (pi) => {
      pi.nodeVersion = '22.0.0';
    },
  ],
  [
    'config',
    'problem',
    /controller\.yaml:\d+:\d+ .*cardea check/,
    (pi) => pi.config((text) => text.replace('entrance', 'window')),
  ],
  ['config', 'warning', /name it with --config/, (pi) => pi.remove('/etc/cardea/controller.yaml')],
  [
    'config',
    'not-applicable',
    /not checked: .*keys\/site is not for this user/,
    (pi) => pi.hide('/etc/cardea/keys/site'),
  ],
  [
    'config',
    'not-applicable',
    /not checked: .*yaml is not for this user/,
    (pi) => pi.hide('/etc/cardea/controller.yaml'),
  ],
  ['unit-installed', 'problem', /no cardea\.service.*install\.sh/, (pi) => pi.unit({ LoadState: 'not-found' })],
  ['unit-installed', 'not-applicable', /systemctl does not answer/, (pi) => pi.remove('/usr/bin/systemctl')],
  ['unit-installed', 'not-applicable', /systemd does not run/, (pi) => pi.remove('/run/systemd/system')],
  ['unit-active', 'not-applicable', /systemd has no/, (pi) => pi.unit({ LoadState: 'not-found' })],
  ['unit-enabled', 'problem', /disabled.*systemctl enable/, (pi) => pi.unit({ UnitFileState: 'disabled' })],
  [
    'unit-active',
    'problem',
    /failed, ended with: watchdog.*journalctl/,
    (pi) => pi.unit({ ActiveState: 'failed', Result: 'watchdog' }),
  ],
  ['socket', 'problem', /nobody answers at .*cardea\.sock.*systemctl start/, () => {}],
];

export const userRows: readonly Row[] = [
  ['service-user', 'problem', /no user nobody-here/, (pi) => pi.unit({ User: 'nobody-here' })],
  ['service-user', 'warning', /as root/, (pi) => pi.unit({ User: 'root' })],
  ['group-dialout', 'problem', /usermod -aG dialout cardea/, (pi) => pi.groups('')],
  [
    'group-dialout',
    'ok',
    /is in dialout/,
    (pi) => {
      pi.groups('');
      pi.unit({ SupplementaryGroups: 'dialout gpio' });
    },
  ],
  ['group-dialout', 'warning', /no group dialout/, (pi) => pi.file('/etc/group', '')],
  ['group-gpio', 'problem', /usermod -aG gpio cardea/, (pi) => pi.groups('')],
  ['group-socket', 'warning', /groupadd --system cardea/, (pi) => pi.file('/etc/group', '')],
  [
    'group-socket',
    'problem',
    /no group staff.*groupadd --system staff/,
    (pi) => pi.config((text) => `socketGroup: staff\n${text}`),
  ],
  [
    'group-socket',
    'problem',
    /not in dialout/,
    (pi) => {
      pi.groups('');
      pi.config((text) => `socketGroup: dialout\n${text}`);
    },
  ],
  ['udev-rules', 'warning', /no udev rules/, (pi) => pi.remove('/etc/udev/rules.d')],
];

export const fileRows: readonly Row[] = [
  [
    'config-access',
    'problem',
    /everybody \(mode 0666\)/,
    (pi) => chmodSync(pi.path('/etc/cardea/controller.yaml'), 0o666),
  ],
  [
    'config-access',
    'problem',
    /stranger may not enter \/etc\/cardea/,
    (pi) => {
      pi.stranger();
      chmodSync(pi.path('/etc/cardea'), 0o700);
    },
  ],
  [
    'config-access',
    'problem',
    /stranger may not read .*controller\.yaml .*mode 0640/,
    (pi) => {
      pi.stranger();
      chmodSync(pi.path('/etc/cardea/controller.yaml'), 0o640);
    },
  ],
  ['private-keys', 'problem', /stranger may not read .*keys\/site .*chown stranger/, (pi) => pi.stranger()],
  [
    'private-keys',
    'problem',
    /everybody \(mode 0644\).*chmod 600/,
    (pi) => chmodSync(pi.path('/etc/cardea/keys/site'), 0o644),
  ],
  ['private-keys', 'warning', /group .*mode 0640/, (pi) => chmodSync(pi.path('/etc/cardea/keys/site'), 0o640)],
  ['data-dir', 'problem', /is not there.*install -d/, (pi) => pi.remove('/var/lib/cardea')],
  ['data-dir', 'warning', /open to everybody \(mode 0755\)/, (pi) => chmodSync(pi.dataDir, 0o755)],
  ['data-dir', 'problem', /stranger may not enter|stranger may not write/, (pi) => pi.stranger()],
  ['data-dir', 'problem', /may not write/, (pi) => chmodSync(pi.dataDir, 0o550)],
];

export const clockRows: readonly Row[] = [
  [
    'clock-year',
    'problem',
    /1970.*never set.*set-ntp/,
    (pi) => {
      pi.wallMs = 10_000;
    },
  ],
  ['clock-synchronised', 'warning', /no battery/, (pi) => pi.remove('/run/systemd/timesync')],
  [
    'clock-synchronised',
    'ok',
    /in step/,
    (pi) => {
      pi.remove('/run/systemd/timesync');
      pi.program('/usr/bin/timedatectl', 'echo yes');
    },
  ],
  ['clock-synchronised', 'not-applicable', /host keeps the clock/, (pi) => pi.remove('/run/systemd')],
];

const mounts = (pi: Pi, line: string): void => pi.file('/proc/mounts', `/dev/mmcblk0p2 / ext4 rw 0 0\n${line} 0 0\n`);
export const diskRows: readonly Row[] = [
  ['disk-kind', 'problem', /tmpfs.*gone with the power/, (pi) => mounts(pi, 'tmpfs /var/lib/cardea tmpfs rw')],
  ['disk-kind', 'problem', /overlay/, (pi) => mounts(pi, 'overlay / overlay rw')],
  ['disk-kind', 'problem', /over the network/, (pi) => mounts(pi, 'nas:/x /var nfs4 rw')],
  ['disk-kind', 'problem', /no owners/, (pi) => mounts(pi, '/dev/sda1 /var/lib vfat rw')],
  ['disk-kind', 'ok', /ext4/, (pi) => mounts(pi, 'tmpfs /var/lib/cardea2 tmpfs rw')],
  ['disk-writable', 'problem', /read-only.*dmesg/, (pi) => mounts(pi, '/dev/mmcblk0p2 / ext4 ro,noatime')],
  ['disk-sync', 'not-applicable', /is not there/, (pi) => pi.remove('/var/lib/cardea')],
  ['disk-space', 'not-applicable', /is not there/, (pi) => pi.remove('/var/lib/cardea')],
  ['disk-wear', 'problem', /met 3 errors/, (pi) => pi.file('/sys/fs/ext4/mmcblk0p2/errors_count', '3\n')],
  [
    'disk-wear',
    'warning',
    /made 03\/2019.*7 GB written.*it is old/,
    (pi) => pi.file('/sys/devices/mmc0/date', '03/2019\n'),
  ],
  [
    'disk-wear',
    'warning',
    /80 % of its life/,
    (pi) => {
      pi.file('/sys/devices/mmc0/type', 'MMC\n');
      pi.file('/sys/devices/mmc0/life_time', '0x08 0x01\n');
    },
  ],
  ['disk-wear', 'problem', /end of its life/, (pi) => pi.file('/sys/devices/mmc0/pre_eol_info', '0x03\n')],
  ['disk-wear', 'warning', /is worn/, (pi) => pi.file('/sys/devices/mmc0/pre_eol_info', '0x02\n')],
];

export const hardwareRows: readonly Row[] = [
  ['watchdog', 'warning', /no \/dev\/watchdog/, (pi) => pi.remove('/dev/watchdog')],
  ['watchdog', 'warning', /nobody has armed it/, (pi) => pi.unit({}, '0')],
  ['power', 'problem', /too low now \(0x50005\)/, (pi) => pi.program('/usr/bin/vcgencmd', 'echo throttled=0x50005')],
  ['power', 'warning', /was too low/, (pi) => pi.program('/usr/bin/vcgencmd', 'echo throttled=0x50000')],
  ['power', 'warning', /hot/, (pi) => pi.program('/usr/bin/vcgencmd', 'echo throttled=0x80008')],
  [
    'power',
    'problem',
    /too low now/,
    (pi) => {
      pi.remove('/usr/bin/vcgencmd');
      pi.file('/sys/class/hwmon/hwmon1/in0_lcrit_alarm', '1\n');
    },
  ],
  [
    'power',
    'ok',
    /right now/,
    (pi) => {
      pi.remove('/usr/bin/vcgencmd');
      pi.file('/sys/class/hwmon/hwmon1/in0_lcrit_alarm', '0\n');
    },
  ],
  ['power', 'not-applicable', /no sensor/, (pi) => pi.program('/usr/bin/vcgencmd', 'exit 1')],
];
