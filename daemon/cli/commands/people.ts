// `cardea checkin`, `checkout` and `admit`: a customer checked in or out by hand, or let in who asked in an app.

import type { Command } from 'commander';
import { socketOption } from '../../socket/ask.ts';
import { CliError } from '../cli-error.ts';
import { byOption, command, commandJson, type DoorCommandOptions } from '../door-command.ts';
import type { Io } from '../io.ts';
import { plain } from '../text.ts';

interface VisitOptions extends DoorCommandOptions {
  readonly space: string;
}

interface AdmitOptions extends DoorCommandOptions {
  readonly door: string;
}

const visits = {
  checkin: 'begins a visit by hand: the passes and the plan decide as at a tap, no door moves',
  checkout: 'ends a visit by hand: it is settled as at an exit, no door moves',
} as const;

export function registerCheckin(program: Command, io: Io): void {
  registerVisit(program, io, 'checkin');
}

export function registerCheckout(program: Command, io: Io): void {
  registerVisit(program, io, 'checkout');
}

function registerVisit(program: Command, io: Io, type: keyof typeof visits): void {
  program
    .command(type)
    .description(visits[type])
    .argument('<customer>', 'id of the customer')
    .requiredOption('--space <space>', 'the space; a door of this controller is in it')
    .option(...byOption)
    .option(...socketOption)
    .option(...commandJson)
    .addHelpText('after', `\nExample:\n  cardea ${type} ana --space riverside --by "Sam, front desk"`)
    .action(async (customer: string, options: VisitOptions) => {
      const { answer, refused } = await command(io, { type, customer, space: options.space }, customer, options);
      if (refused !== null) throw new CliError('refused', refused);
      const again = answer.reason === 're-entry' ? ' already' : '';
      const happened = type === 'checkin' ? 'checked in' : 'checked out';
      if (options.json !== true) io.out(plain(`${customer}: ${happened}${again} at ${options.space}`));
    });
}

export function registerAdmit(program: Command, io: Io): void {
  program
    .command('admit')
    .description('lets a customer in who asked without a card: every rule of the door decides as at a tap')
    .argument('<customer>', 'id of the customer')
    .requiredOption('--door <door>', 'id of the access point')
    .option(...byOption)
    .option(...socketOption)
    .option(...commandJson)
    .addHelpText('after', '\nExample:\n  cardea admit ana --door front-door --by "the members\' app"')
    .action(async (customer: string, options: AdmitOptions) => {
      const wanted = { type: 'admit', customer, accessPoint: options.door } as const;
      const { refused } = await command(io, wanted, options.door, options);
      if (refused !== null) throw new CliError('refused', refused);
      if (options.json !== true) io.out(plain(`${customer}: let in at ${options.door}`));
    });
}
