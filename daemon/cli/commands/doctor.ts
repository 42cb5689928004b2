// `cardea doctor`: what is wrong with a machine's set-up, and what mends each finding. It changes nothing; in dataDir it
// writes one small file, to see that it reaches the disk, and removes it again.

import { type Command, Option } from 'commander';
import { requireGpio } from '../../../drivers/gpio/natives.ts';
import { requireNfc } from '../../../drivers/pcsc/installed.ts';
import { readerList } from '../../devices/reader-list.ts';
import { Tree } from '../../devices/tree.ts';
import { examine } from '../../doctor/doctor.ts';
import { findingLines } from '../../doctor/words.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { plain } from '../text.ts';

export function registerDoctor(program: Command, io: Io): void {
  program
    .command('doctor')
    .description("checks a machine's set-up and says how to mend each finding; status 1 where there is a problem")
    .option('--config <file>', "the controller's config (default: /etc/cardea/controller.yaml, where it is)")
    .option('--json', 'one JSON object a finding: {id, area, state, found, mend}')
    .addOption(new Option('--root <folder>', 'examines the machine below it instead of /').default('/').hideHelp())
    .addHelpText('after', '\nExample:\n  cardea doctor\n\nAs root it sees everything: sudo cardea doctor')
    .action(async (options: { config?: string; json?: boolean; root: string }) => {
      const tree = new Tree(options.root);
      const machine = {
        tree,
        clock: io.clock,
        nodeVersion: process.versions.node,
        listReaders: readerList(tree, io.clock),
        requireNfc: () => requireNfc('PC/SC readers'),
        requireGpio: () => requireGpio('GPIO lines'),
      };
      const findings = await examine(machine, options.config ?? null, io.places.controllerConfig);
      if (options.json === true) for (const finding of findings) io.out(JSON.stringify(finding));
      else for (const line of findingLines(findings)) io.out(plain(line));
      const problems = findings.filter(({ state }) => state === 'problem').length;
      if (problems === 0) return;
      const words = problems === 1 ? 'one problem' : `${problems} problems`;
      throw new CliError('problems', `${words} found: mend what is listed, then run cardea doctor again`);
    });
}
