// `cardea input ACCESSPOINT contact=open …`: moves simulated inputs of the running daemon, in the order given.

import type { Command } from 'commander';
import type { InputName } from '../../../config/types.ts';
import { ask, type SocketOptions, socketOption } from '../../socket/ask.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';

export interface Move {
  readonly input: InputName;
  readonly active: boolean;
}

const buttons: readonly InputName[] = ['requestToExit', 'tamper', 'fire', 'help'];

export function registerInput(program: Command, io: Io): void {
  program
    .command('input')
    .description('moves simulated inputs of the running daemon')
    .argument('<accessPoint>', 'id of the access point')
    .argument('<moves...>', 'contact=open|closed, or requestToExit, tamper, fire, help =true|false')
    .option(...socketOption)
    .option('--json', 'one JSON object: the access point as it is then')
    .addHelpText('after', '\nExample:\n  cardea input front-door contact=open')
    .action(async (accessPoint: string, texts: string[], options: SocketOptions) => {
      const moves = texts.map(parseMove);
      for (const [index, { input, active }] of moves.entries()) {
        const after = await ask(options, { do: 'input', accessPoint, input, active }, io);
        if (options.json !== true) io.out(`${accessPoint}: ${texts[index]}`);
        else if (index === moves.length - 1) io.out(JSON.stringify(after));
      }
    });
}

/** @throws CliError `usage` */
export function parseMove(text: string): Move {
  const [name, level, ...rest] = text.split('=');
  if (rest.length === 0 && name === 'contact' && (level === 'open' || level === 'closed')) {
    return { input: 'contact', active: level === 'open' };
  }
  const input = buttons.find((button) => button === name);
  if (rest.length === 0 && input !== undefined && (level === 'true' || level === 'false')) {
    return { input, active: level === 'true' };
  }
  const allowed = `contact=open, contact=closed, or ${buttons.join(', ')} with =true or =false`;
  throw new CliError('usage', `${JSON.stringify(text)}: allowed is ${allowed}`, 2);
}
