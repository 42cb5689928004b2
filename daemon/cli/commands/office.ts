// `cardea office`: the central office, run in the foreground, and its records on the command line.

import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { registerOfficeAnomalies } from './office-anomalies.ts';
import { registerOfficeCommand } from './office-command.ts';
import { registerOfficeCommands } from './office-commands.ts';
import { registerOfficeControllers } from './office-controllers.ts';
import { registerOfficeEvents } from './office-events.ts';
import { registerOfficeImport } from './office-import.ts';
import { registerOfficeCheckins, registerOfficePresent } from './office-records.ts';
import { registerOfficeRun } from './office-run.ts';

export function registerOffice(program: Command, io: Io): void {
  const office = program
    .command('office')
    .description('the central office: publishes replicas, receives and keeps check-ins')
    .addHelpText('after', '\nExample:\n  cardea office present --config office.yaml');
  registerOfficeRun(office, io);
  registerOfficeImport(office, io);
  registerOfficeCheckins(office, io);
  registerOfficePresent(office, io);
  registerOfficeAnomalies(office, io);
  registerOfficeEvents(office, io);
  registerOfficeControllers(office, io);
  registerOfficeCommand(office, io);
  registerOfficeCommands(office, io);
}
