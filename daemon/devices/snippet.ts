// Devices as they stand in a config: one YAML list item each, to be pasted under its key, that `cardea check` accepts.

import type { GpioChip } from './gpio.ts';
import type { SerialPort } from './serial.ts';

export interface Snippet {
  /** The key of the config under whose list the item belongs. */
  readonly under: 'readers' | 'accessPoints';
  readonly yaml: string;
}

/** Stands for an id of the reader's door; a config has its own. */
const door = 'front-door';

/** @param number tells several readers of one kind apart. */
export function serialSnippet({ path }: SerialPort, number: number): Snippet {
  const yaml = `- { id: serial-${number}, driver: serial, format: line, path: ${scalar(path)}, baudRate: 9600, credential: card, accessPoint: ${door}, direction: in }`;
  return { under: 'readers', yaml };
}

/** @param pattern what the reader is to be called, `*` for any text. */
export function pcscSnippet(pattern: string, number: number): Snippet {
  const yaml = `- { id: pcsc-${number}, driver: pcsc, reader: ${scalar(pattern)}, accessPoint: ${door}, direction: in }`;
  return { under: 'readers', yaml };
}

export function gpioSnippet(chip: GpioChip, number: number): Snippet {
  const last = (chip.lines ?? 54) - 1;
  const [lock, contact] = [Math.min(17, last), Math.min(22, last)];
  const name = scalar(chip.label ?? chip.name);
  const lines = [
    `- id: door-${number}`,
    '  space: riverside',
    '  kind: entrance',
    `  lock: { driver: gpio, chip: ${name}, line: ${lock}, unlockTime: 5s, failSafe: false }`,
    ...(contact === lock ? [] : [`  contact: { driver: gpio, chip: ${name}, line: ${contact} }`]),
  ];
  return { under: 'accessPoints', yaml: lines.join('\n') };
}

/** A text in YAML: as it is where nothing in it means anything to YAML, else in JSON's quotes, which are YAML's too. */
function scalar(text: string): string {
  return /^[A-Za-z/][A-Za-z0-9/._-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
