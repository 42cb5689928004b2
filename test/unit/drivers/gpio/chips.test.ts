// Chips over a made-up /dev and /sys: found by label whatever their numbers, and refused in words.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { denied } from '../../../../drivers/gpio/denied.ts';
import { type AskChip, devChip, devChips } from '../../../../drivers/gpio/dev-chips.ts';
import { GpioError } from '../../../../drivers/gpio/gpio-error.ts';
import { sysfsChip, sysfsChips } from '../../../../drivers/gpio/sysfs-chips.ts';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cardea-chips-'));
});

afterEach(() => rmSync(root, { recursive: true }));

function file(path: string, text = ''): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function link(path: string, to: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(join(root, to), join(root, path));
}

/** A chip as the kernel shows it since 6.6: numbers from `base` on, whatever its own. */
function chip(number: number, label: string, base: number, lines: number): void {
  file(`dev/gpiochip${number}`);
  const place = `sys/devices/soc/${number}.gpio`;
  file(`${place}/gpiochip${number}/uevent`);
  link(`sys/bus/gpio/devices/gpiochip${number}`, `${place}/gpiochip${number}`);
  const folder = `${place}/gpio/gpiochip${base}`;
  for (const [name, value] of Object.entries({ label, base, ngpio: lines })) file(`${folder}/${name}`, `${value}\n`);
  link(`${folder}/device`, place);
  link(`sys/class/gpio/gpiochip${base}`, folder);
}

/** What chips say of themselves; the others refuse with a code. */
function asked(answers: Readonly<Record<string, string>>): AskChip {
  return (path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const label = answers[name] ?? 'ENODEV';
    if (/^E[A-Z]+$/.test(label)) throw Object.assign(new Error(`${label}: refused`), { code: label });
    return { name, label, lines: 32 };
  };
}

function refusal(find: () => unknown): { code: string; message: string } {
  try {
    find();
  } catch (error) {
    if (error instanceof GpioError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('not refused');
}

describe('chips with a character device', () => {
  it('are found by label, else by name, and a link is no second chip', () => {
    for (const name of ['gpiochip0', 'gpiochip10', 'gpiochip1', 'gpiomem']) file(`dev/${name}`);
    link('dev/gpiochip4', 'dev/gpiochip0');
    const found = devChips(asked({ gpiochip0: 'pinctrl-rp1', gpiochip1: 'ftdi', gpiochip10: 'gpiochip1' }), root);
    expect(found.chips.map(({ name }) => name)).toEqual(['gpiochip0', 'gpiochip1', 'gpiochip10']);
    expect(devChip(found, 'pinctrl-rp1')).toMatchObject({ name: 'gpiochip0', path: join(root, 'dev/gpiochip0') });
    expect(devChip(found, 'gpiochip0')?.name).toBe('gpiochip0');
    // A label goes before a name.
    expect(devChip(found, 'gpiochip1')?.name).toBe('gpiochip10');
    expect(devChip(found, 'pinctrl-bcm2711')).toBeNull();
  });

  it('are none where there is no /dev, or where one was pulled out meanwhile', () => {
    expect(devChips(asked({}), root)).toEqual({ chips: [], refused: [] });
    file('dev/gpiochip0');
    expect(devChips(asked({}), root)).toEqual({ chips: [], refused: [] });
  });

  it('are not missing where the list of them cannot be read', () => {
    file('dev');
    expect(() => devChips(asked({}), root)).toThrow(/ENOTDIR/);
  });

  it('of one label are told apart by their names, in words', () => {
    for (const name of ['gpiochip0', 'gpiochip1']) file(`dev/${name}`);
    const found = devChips(asked({ gpiochip0: 'ftdi', gpiochip1: 'ftdi' }), root);
    const { code, message } = refusal(() => devChip(found, 'ftdi'));
    expect([code, message]).toEqual(['chip-ambiguous', expect.stringMatching(/ftdi: gpiochip0, gpiochip1; name one/)]);
  });

  it('that may not be opened could be the one: the group is named', () => {
    for (const name of ['gpiochip0', 'gpiochip1']) file(`dev/${name}`);
    const found = devChips(asked({ gpiochip0: 'ftdi', gpiochip1: 'EACCES' }), root);
    expect(devChip(found, 'ftdi')?.name).toBe('gpiochip0');
    const { code, message } = refusal(() => devChip(found, 'pinctrl-rp1'));
    expect(code).toBe('no-permission');
    expect(message).toMatch(/pinctrl-rp1: no permission for .*\/dev\/gpiochip1.*usermod -aG \w+ cardea/);
  });

  it('whose files of sysfs are those of root need the rule of udev: no group opens them', () => {
    const { code, message } = denied('line 3 of expander', '/sys/kernel/notes', null);
    expect(code).toBe('no-permission');
    expect(message).toMatch(/no permission for \/sys\/kernel\/notes; install the udev rule for backend: sysfs/);
  });

  it('that fail otherwise are quoted', () => {
    file('dev/gpiochip0');
    const { code, message } = refusal(() => devChip(devChips(asked({ gpiochip0: 'EIO' }), root), 'x'));
    expect([code, message]).toEqual(['gpio-failed', expect.stringMatching(/gpiochip0 cannot be asked: EIO: refused/)]);
  });
});

describe('chips of sysfs', () => {
  it('are found by label, wherever their numbers begin', () => {
    chip(0, 'pinctrl-bcm2711', 512, 58);
    chip(1, 'raspberrypi-exp-gpio', 570, 8);
    file('sys/class/gpio/export');
    expect(sysfsChip(sysfsChips(root), 'pinctrl-bcm2711', root)).toMatchObject({ base: 512, lines: 58 });
    expect(sysfsChip(sysfsChips(root), 'raspberrypi-exp-gpio', root)).toMatchObject({ base: 570, lines: 8 });
  });

  it("are found by the kernel's name too, which is not the one of the class", () => {
    chip(0, 'pinctrl-rp1', 571, 54);
    chip(571, 'other', 625, 4);
    expect(sysfsChip(sysfsChips(root), 'gpiochip0', root).base).toBe(571);
    expect(sysfsChip(sysfsChips(root), 'gpiochip571', root).base).toBe(625);
  });

  it('that are not there are refused with those that are', () => {
    chip(0, 'pinctrl-bcm2711', 512, 58);
    const { code, message } = refusal(() => sysfsChip(sysfsChips(root), 'pinctrl-rp1', root));
    expect(code).toBe('chip-missing');
    expect(message).toMatch(/no GPIO chip pinctrl-rp1; there is pinctrl-bcm2711 \(sysfs 512 to 569\).*cardea devices/);
  });

  it('of one label are refused', () => {
    chip(0, 'ftdi', 512, 4);
    chip(1, 'ftdi', 516, 4);
    expect(refusal(() => sysfsChip(sysfsChips(root), 'ftdi', root)).code).toBe('chip-ambiguous');
  });

  it('are none, in words, on a kernel without /sys/class/gpio', () => {
    const { code, message } = refusal(() => sysfsChips(root));
    expect([code, message]).toEqual(['no-sysfs-gpio', expect.stringContaining('take backend: chardev')]);
  });
});
