// The board: whether it is a Raspberry Pi, and what its firmware was told.

import type { Tree } from '../devices/tree.ts';

/** As the device tree names it, `Raspberry Pi 4 Model B Rev 1.4`; null for another board. */
export function raspberryPi(tree: Tree): string | null {
  const model = tree.text('/proc/device-tree/model')?.replace(/\0/g, '').trim() ?? '';
  return model.startsWith('Raspberry Pi') ? model : null;
}

/**
 * Whether a released GPIO output falls back to its safe level: what the kernel itself says where it does, else the line
 * `dtparam=strict_gpiod` in the firmware's config.txt; null where neither can be read.
 */
export function strictGpiod(tree: Tree): boolean | null {
  for (const driver of ['pinctrl_bcm2835', 'pinctrl_rp1']) {
    const persists = tree.line(`/sys/module/${driver}/parameters/persist_gpio_outputs`);
    if (persists !== null) return persists === 'N';
  }
  const text = tree.text('/boot/firmware/config.txt') ?? tree.text('/boot/config.txt');
  if (text === null) return null;
  return text.split('\n').some((line) => /^\s*dtparam=(\S*,)?strict_gpiod(=(on|1|true|yes))?\s*(,|#|$)/.test(line));
}
