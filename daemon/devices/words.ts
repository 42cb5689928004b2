// What is plugged in, told to a person: each device with what is worth knowing of it and the lines to paste.

import type { Devices, Kind } from './devices.ts';
import type { GpioChip } from './gpio.ts';
import type { SerialPort } from './serial.ts';
import type { Access } from './tree.ts';

export function deviceLines({ serial, pcsc, gpio }: Devices): string[] {
  return [
    ...section('Serial ports', serial, serialWords, [
      'plug the reader in and look again; `sudo dmesg | tail` shows what the kernel made of it',
    ]),
    '',
    ...section('PC/SC readers', pcsc, ({ name }) => [name], [
      'plug the reader in and look again; `lsusb` shows whether USB sees it, `journalctl -u pcscd` what pcscd says',
    ]),
    '',
    ...section('GPIO chips', gpio, gpioWords, [
      'this machine has none, or its kernel does not show them: look at /dev/gpiochip* and /sys/bus/gpio/devices',
    ]),
  ];
}

function section<Device>(
  title: string,
  { devices, problem }: Kind<Device>,
  words: (device: Device) => readonly string[],
  whereToLook: readonly string[],
): string[] {
  const lines = devices.flatMap((device) => {
    const { under, yaml } = device.snippet;
    const snippet = [`${under}:`, ...yaml.split('\n').map((line) => `  ${line}`)];
    return [
      ...words(device).map((line, at) => `${at === 0 ? '  ' : '    '}${line}`),
      ...snippet.map((s) => `      ${s}`),
    ];
  });
  if (problem !== null) lines.push(`  could not be listed: ${problem}`);
  else if (devices.length === 0) lines.push('  none found', ...whereToLook.map((line) => `    ${line}`));
  return [title, ...lines];
}

function serialWords(port: SerialPort): string[] {
  const { path, pathKind, name, words, console } = port;
  const lines = [pathKind === 'name' ? path : `${path} (now ${name})`, words];
  if (pathKind === 'name') lines.push('no path that stays: it may have another name after the next start');
  lines.push(...accessWords(port.access, `/dev/${name}`, 'dialout'));
  if (console !== null) lines.push(`the system's console is here, says ${console}: free it before a reader uses it`);
  return lines;
}

function gpioWords(chip: GpioChip): string[] {
  const { name, label, lines: count, exported, header, lineNames } = chip;
  const size = count === null ? 'number of lines not known' : `${count} lines, 0 to ${count - 1}`;
  const lines = [`${label ?? name}${label === null ? '' : ` (now ${name})`}: ${size}`];
  if (header) lines.push("the pins of the Pi's header: line 17 is GPIO17, whatever the number of the pin");
  if (label === null) lines.push('its label is not known here; the name may be another one after the next start');
  const named = lineNames.flatMap((text, line) => (text === '' || text === '-' ? [] : [`${line} ${text}`]));
  if (named.length > 0) lines.push(`named lines: ${named.join(', ')}`);
  if (exported.length > 0) lines.push(`held through /sys/class/gpio: ${exported.join(', ')}`);
  return [...lines, ...accessWords(chip.access, `/dev/${name}`, 'gpio')];
}

function accessWords(access: Access, file: string, group: string): string[] {
  if (access === 'denied') return [`not for you: join the group of ${file} (often ${group}), or use sudo`];
  return access === 'missing' ? [`${file} is not there, so nothing can open it`] : [];
}
