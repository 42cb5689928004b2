// What is plugged in, from made-up /sys and /dev trees, and that every snippet stands in a config that is accepted.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseControllerConfig } from '../../../config/load.ts';
import { type Devices, findDevices } from '../../../daemon/devices/devices.ts';
import { Tree } from '../../../daemon/devices/tree.ts';
import { deviceLines } from '../../../daemon/devices/words.ts';
import { siteFolder } from '../config/support/site-folder.ts';
import { boardSerial, gpioChip, MadeUpTree, usbSerial } from './made-up-tree.ts';

let made: MadeUpTree;
beforeEach(() => {
  made = new MadeUpTree();
});
afterEach(() => made.close());

const find = (names: readonly string[] = []): Promise<Devices> => findDevices(new Tree(made.root), async () => names);

describe('serial ports', () => {
  it('are called by what stays: by-id, else by-path, else the alias, else the name', async () => {
    usbSerial(made, 'ttyUSB0', { ids: '0403:6001', maker: 'FTDI', product: 'FT232R USB UART', serial: 'A50' });
    made.link('/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50-if00-port0', '/dev/ttyUSB0');
    made.link('/dev/serial/by-path/pci-usb-0:1', '/dev/ttyUSB0');
    usbSerial(made, 'ttyUSB1', { ids: '1a86:7523', product: 'USB Serial' });
    made.link('/dev/serial/by-path/pci-usb-0:2', '/dev/ttyUSB1');
    boardSerial(made, 'ttyAMA0', { type: '32', driver: 'uart-pl011' });
    made.link('/dev/serial0', '/dev/ttyAMA0');
    usbSerial(made, 'ttyACM0', { ids: '1234:5678' });
    const { serial } = await find();
    expect(serial.problem).toBeNull();
    expect(serial.devices.map(({ name, path, pathKind, words }) => [name, path, pathKind, words])).toEqual([
      ['ttyACM0', '/dev/ttyACM0', 'name', 'a USB device without a name (USB 1234:5678)'],
      ['ttyAMA0', '/dev/serial0', 'alias', 'a port of the board (driver uart-pl011)'],
      [
        'ttyUSB0',
        '/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50-if00-port0',
        'by-id',
        'FTDI FT232R USB UART (USB 0403:6001, serial number A50)',
      ],
      ['ttyUSB1', '/dev/serial/by-path/pci-usb-0:2', 'by-path', 'QinHeng CH340 serial converter (USB 1a86:7523)'],
    ]);
  });

  it('leave out terminals without hardware, and ttyS ports that are not there', async () => {
    made.file('/sys/class/tty/tty1/dev', '4:1\n');
    boardSerial(made, 'ttyS0', { type: '4', driver: 'port' });
    boardSerial(made, 'ttyS1', { type: '0', driver: 'port' });
    boardSerial(made, 'ttyS2', { driver: 'serial8250' });
    boardSerial(made, 'ttyS10', { driver: 'bcm2835-aux-uart' });
    expect((await find()).serial.devices.map(({ name }) => name)).toEqual(['ttyS0', 'ttyS10']);
  });

  it('do not trust by-id for two devices that it cannot tell apart', async () => {
    for (const [name, port] of [
      ['ttyUSB0', '1'],
      ['ttyUSB1', '2'],
    ] as const) {
      usbSerial(made, name, { ids: '1a86:7523', product: 'USB2.0-Serial' });
      made.link(`/dev/serial/by-path/usb-${port}`, `/dev/${name}`);
    }
    made.link('/dev/serial/by-id/usb-1a86_USB2.0-Serial-if00-port0', '/dev/ttyUSB1');
    const { devices } = (await find()).serial;
    expect(devices.map(({ path }) => path)).toEqual(['/dev/serial/by-path/usb-1', '/dev/serial/by-path/usb-2']);
  });

  it('say which of them is the console', async () => {
    boardSerial(made, 'ttyAMA0', { type: '32', driver: 'uart-pl011' });
    made.link('/dev/serial0', '/dev/ttyAMA0');
    made.file('/proc/cmdline', 'quiet console=tty1\n');
    expect((await find()).serial.devices[0]?.console).toBeNull();
    made.file('/boot/firmware/cmdline.txt', 'console=serial0,115200 console=tty1 rootwait\n');
    expect((await find()).serial.devices[0]?.console).toBe('/boot/firmware/cmdline.txt');
    expect(deviceLines(await find()).join('\n')).toContain("the system's console is here");
  });

  it('say when the device file is missing', async () => {
    usbSerial(made, 'ttyUSB0', { ids: '1a86:7523' });
    made.remove('/dev/ttyUSB0');
    const devices = await find();
    expect(devices.serial.devices[0]?.access).toBe('missing');
    expect(deviceLines(devices).join('\n')).toContain('/dev/ttyUSB0 is not there');
  });
});

describe('GPIO chips', () => {
  it('come with label and lines from the old class', async () => {
    gpioChip(made, 'gpiochip0', { old: { base: 512, label: 'pinctrl-bcm2711', lines: 58 } });
    made.folder('/sys/class/gpio/gpio529');
    const [chip] = (await find()).gpio.devices;
    expect(chip).toMatchObject({
      name: 'gpiochip0',
      label: 'pinctrl-bcm2711',
      lines: 58,
      exported: [17],
      header: true,
    });
    expect(deviceLines(await find()).join('\n')).toContain('held through /sys/class/gpio: 17');
  });

  it('come with what the device tree says where there is no class', async () => {
    gpioChip(made, 'gpiochip0', { node: { compatible: 'raspberrypi,rp1-gpio', names: ['ID_SDA', '-', 'GPIO2'] } });
    gpioChip(made, 'gpiochip1', { node: { compatible: 'somebody,else' } });
    made.link('/dev/gpiochip4', '/dev/gpiochip0');
    const devices = await find();
    expect(devices.gpio.devices.map(({ name, label, lines, header }) => ({ name, label, lines, header }))).toEqual([
      { name: 'gpiochip0', label: 'pinctrl-rp1', lines: 3, header: true },
      { name: 'gpiochip1', label: null, lines: null, header: false },
    ]);
    expect(deviceLines(devices).join('\n')).toContain('named lines: 0 ID_SDA, 2 GPIO2');
  });

  it('are not mixed up where one device has several', async () => {
    gpioChip(made, 'gpiochip0', { old: { base: 512, label: 'a', lines: 8 } });
    made.folder('/sys/devices/platform/soc/gpiochip0.gpio/gpiochip1');
    made.link('/sys/bus/gpio/devices/gpiochip1', '/sys/devices/platform/soc/gpiochip0.gpio/gpiochip1');
    const entry = '/sys/devices/platform/soc/gpiochip0.gpio/gpio/gpiochip600';
    for (const [key, value] of [
      ['base', 600],
      ['label', 'b'],
      ['ngpio', 8],
    ])
      made.file(`${entry}/${key}`, `${value}\n`);
    made.link(`${entry}/device`, '/sys/devices/platform/soc/gpiochip0.gpio');
    made.link('/sys/class/gpio/gpiochip600', entry);
    expect((await find()).gpio.devices.map(({ label }) => label)).toEqual([null, null]);
  });
});

describe('PC/SC readers', () => {
  it('are called without the numbers of their place, unless two are alike', async () => {
    const one = 'ACS ACR122U PICC Interface 00 00';
    const two = ['Virtual PCD 00 00', 'Virtual PCD 00 01'];
    expect((await find([one, ...two])).pcsc.devices.map(({ pattern }) => pattern)).toEqual([
      'ACS ACR122U PICC Interface *',
      ...two,
    ]);
  });
});

describe('together', () => {
  it('one kind that fails hides no other', async () => {
    usbSerial(made, 'ttyUSB0', { ids: '1a86:7523' });
    const devices = await findDevices(new Tree(made.root), () => Promise.reject(new Error('no pcscd: install it')));
    expect(devices.serial.devices).toHaveLength(1);
    expect(devices.pcsc.problem).toBe('no pcscd: install it');
    const lines = deviceLines(devices).join('\n');
    expect(lines).toContain('could not be listed: no pcscd: install it');
    expect(lines).toContain('path: /dev/ttyUSB0');
  });

  it('says that nothing was found, and where to look', async () => {
    const lines = deviceLines(await find());
    expect(lines.filter((line) => line === '  none found')).toHaveLength(3);
    expect(lines.join('\n')).toMatch(/lsusb/);
  });

  it('looks through the machine it runs on', async () => {
    const { serial, gpio } = await findDevices(new Tree(), async () => []);
    expect([serial.problem, gpio.problem]).toEqual([null, null]);
  });

  it('every snippet stands in a config that is accepted', async () => {
    usbSerial(made, 'ttyUSB0', { ids: '0403:6001' });
    made.link('/dev/serial/by-id/usb-Maker: #1 {odd} "name"', '/dev/ttyUSB0');
    usbSerial(made, 'ttyACM0', { ids: '1a86:7523' });
    gpioChip(made, 'gpiochip0', { old: { base: 512, label: 'pinctrl-bcm2711', lines: 58 } });
    gpioChip(made, 'gpiochip1', { old: { base: 600, label: '007', lines: 1 } });
    gpioChip(made, 'gpiochip2', {});
    const devices = await find([
      'ACS ACR122U PICC Interface 00 00',
      "Odd: 'name' #2 01 00",
      'Twin 00 00',
      'Twin 01 00',
    ]);
    const snippets = [devices.serial, devices.pcsc, devices.gpio].flatMap((kind) => kind.devices.map((d) => d.snippet));
    expect(snippets).toHaveLength(9);
    const pasted = (key: string): string[] =>
      snippets.filter(({ under }) => under === key).flatMap(({ yaml }) => yaml.split('\n').map((line) => `  ${line}`));
    const text = [
      'site: riverside',
      'controller: front-desk',
      'credentialKeyFile: keys/site',
      'dataDir: data',
      'accessPoints:',
      '  - { id: front-door, space: riverside, kind: entrance, lock: { driver: simulated } }',
      ...pasted('accessPoints'),
      'readers:',
      ...pasted('readers'),
    ].join('\n');
    const folder = siteFolder();
    try {
      const { config } = parseControllerConfig(text, join(folder, 'controller.yaml'));
      expect(
        config.readers.map((reader) => ('path' in reader ? reader.path : 'reader' in reader && reader.reader)),
      ).toEqual([
        '/dev/ttyACM0',
        '/dev/serial/by-id/usb-Maker: #1 {odd} "name"',
        'ACS ACR122U PICC Interface *',
        "Odd: 'name' #2 *",
        'Twin 00 00',
        'Twin 01 00',
      ]);
      const chips = config.accessPoints.map(({ lock }) => ('chip' in lock ? lock.chip : null));
      expect(chips).toEqual([null, 'pinctrl-bcm2711', '007', 'gpiochip2']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
