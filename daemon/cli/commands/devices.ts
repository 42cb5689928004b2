// `cardea devices`: what is plugged in, each as lines to paste into a config. Reads only what the kernel says in files,
// and asks pcscd for its readers; opens no device.

import { type Command, Option } from 'commander';
import { findDevices } from '../../devices/devices.ts';
import { readerList } from '../../devices/reader-list.ts';
import { Tree } from '../../devices/tree.ts';
import { deviceLines } from '../../devices/words.ts';
import type { Io } from '../io.ts';
import { plain } from '../text.ts';

export function registerDevices(program: Command, io: Io): void {
  program
    .command('devices')
    .description('what is plugged in: serial ports, PC/SC readers, GPIO chips, each as lines to paste into a config')
    .option('--json', 'one JSON object: {serial, pcsc, gpio}, each {devices, problem}')
    .addOption(new Option('--root <folder>', 'looks there instead of in /').default('/').hideHelp())
    .addHelpText('after', '\nExample:\n  cardea devices')
    .action(async (options: { json?: boolean; root: string }) => {
      const tree = new Tree(options.root);
      const devices = await findDevices(tree, readerList(tree, io.clock));
      if (options.json === true) io.out(JSON.stringify(devices));
      else for (const line of deviceLines(devices)) io.out(plain(line));
    });
}
