// `cardea call ACCESSPOINT`: asks for help at a door, as its help button does; the record names who was last refused there.

import type { Command } from 'commander';
import type { JsonObject } from '../../../access/event.ts';
import { reasonWords } from '../../../access/reasons.ts';
import { recordOf, textOf } from '../../../config/raw.ts';
import type { HelpOutcome } from '../../controller/help.ts';
import { ask, type SocketOptions, socketOption } from '../../socket/ask.ts';
import { maxMessageLength } from '../../socket/protocol.ts';
import { CliError } from '../cli-error.ts';
import { byOption, userName } from '../door-command.ts';
import type { Io } from '../io.ts';
import { localTime, plain } from '../text.ts';

interface Options extends SocketOptions {
  readonly message?: string;
  readonly by?: string;
}

export function registerCall(program: Command, io: Io): void {
  program
    .command('call')
    .description('asks for help at a door: the office hears of it, and of who was last refused there')
    .argument('<accessPoint>', 'id of the access point')
    .option('--message <text>', `what to say, at most ${maxMessageLength} characters (default: nothing)`)
    .option(...byOption)
    .option(...socketOption)
    .option('--json', 'one JSON object: {outcome, reason, data}; status 1 all the same where it is refused')
    .addHelpText('after', '\nExample:\n  cardea call front-door --message "a member stands outside"')
    .action(async (accessPoint: string, options: Options) => {
      const { message = null, by = userName() } = options;
      if (message !== null && (message === '' || message.length > maxMessageLength)) {
        throw new CliError('usage', `--message: allowed is a text of 1 to ${maxMessageLength} characters`, 2);
      }
      const outcome = (await ask(options, { do: 'call', accessPoint, message, by }, io)) as unknown as HelpOutcome;
      if (options.json === true) io.out(JSON.stringify(outcome));
      else if (outcome.outcome === 'done') io.out(plain(callWords(accessPoint, outcome.data)));
      if (outcome.outcome === 'refused') throw new CliError('refused', plain(refusedWords(accessPoint, outcome)));
    });
}

/** `front-door: help is asked for; last refused there: ana at 09:00, has no pass (no-pass)`. */
function callWords(accessPoint: string, data: JsonObject): string {
  const { holder, reason, at } = recordOf(data.refused);
  const asked = `${accessPoint}: help is asked for; last refused there:`;
  if (data.refused === undefined) return `${asked} nobody, or too long ago to tell`;
  const who = textOf(recordOf(holder).id) ?? 'somebody unknown';
  const code = textOf(reason) ?? '';
  return `${asked} ${who} at ${localTime(textOf(at) ?? '')}, ${reasonWords(code)} (${code})`;
}

function refusedWords(accessPoint: string, outcome: Extract<HelpOutcome, { outcome: 'refused' }>): string {
  if (outcome.reason === 'unknown-access-point') {
    return `${accessPoint}: this controller has no door of that name: \`cardea status\` lists them`;
  }
  const seconds = Math.ceil(outcome.againInMs / 1000);
  return `${accessPoint}: help was asked for there a moment ago, and nobody was refused since: again in ${seconds} s`;
}
