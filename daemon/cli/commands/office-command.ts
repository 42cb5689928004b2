// `cardea office command`: a command to a controller, kept in the office's store; the running office sends it. It waits for the
// answer and tells it.

import type { Command } from 'commander';
import { v4 } from 'uuid';
import type { Clock } from '../../../access/clock.ts';
import { type CommandType, commandFrom, commandTypes, isCommandType } from '../../../access/command/command.ts';
import { parseDuration } from '../../../config/duration.ts';
import { idPattern } from '../../../config/fields.ts';
import { parseInstant } from '../../../config/instant.ts';
import type { OfficeConfig } from '../../../config/types.ts';
import { OfficeError } from '../../../sync/office/error.ts';
import { addCommand, readCommand, type StoredCommand } from '../../../sync/office/store/commands.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, officeConfigOf, withStore } from '../office-access.ts';
import { commandLine, outcomeWords } from '../office-command-words.ts';

interface Options extends OfficeOptions {
  readonly controller: string;
  readonly by: string;
  readonly door?: string;
  readonly space?: string;
  readonly reader?: string;
  readonly customer?: string;
  readonly area?: string;
  readonly until?: string;
  readonly life?: string;
  readonly wait: string;
  readonly json?: boolean;
}

const modes = ['controlled', 'unlocked', 'locked', 'lockdown'] as const;

/** How long a command is good for: what frees a door or shows itself is for whoever stands there now. */
const livesMs: Readonly<Record<CommandType, number>> = {
  unlock: 30_000,
  admit: 30_000,
  test: 30_000,
  identify: 30_000,
  lock: 300_000,
  checkin: 300_000,
  checkout: 300_000,
  forgive: 300_000,
  mode: 3_600_000,
};

const minLifeMs = 1_000;
const maxLifeMs = 86_400_000;
export const maxWaitMs = 3_600_000;
const lookMs = 100;

export function registerOfficeCommand(office: Command, io: Io): void {
  office
    .command('command')
    .description('gives a controller a command, and waits for what becomes of it')
    .usage('[options] <type> [mode]')
    .argument('<words...>', `what: ${commandTypes.join(', ')}; mode is followed by ${modes.join(', ')}`)
    .requiredOption('--controller <id>', 'whose it is')
    .requiredOption('--by <name>', 'who gives it, for the records')
    .option('--door <id>', 'the access point: unlock, lock, mode, test, admit')
    .option('--space <id>', 'the space: checkin, checkout; all its doors: unlock, lock, mode')
    .option('--reader <id>', 'the reader: identify, forgive')
    .option('--customer <id>', 'the customer: checkin, checkout, admit, forgive')
    .option('--area <id>', 'the area: forgive')
    .option('--until <when>', 'when a mode ends by itself, as 2026-03-02T18:00:00+01:00 or 90m')
    .option('--life <duration>', 'how long it is good for (default: 30s for what is for now, 5m, modes 1h)')
    .option('--wait <duration>', 'how long to wait for the answer; 0s: not', '10s')
    .option(...configOption)
    .option('--json', 'one JSON object: {id, controller, command, issuedAt, expiresAt, outcome, reason}')
    .addHelpText(
      'after',
      '\nExamples:\n  cardea office command unlock --controller front-desk --door front-door --by sam\n  cardea office command mode lockdown --controller front-desk --space riverside --by sam',
    )
    .action(async (words: string[], options: Options) => {
      const nowMs = io.clock.now().wallMs;
      const command = wanted(words, options, nowMs);
      const lifeMs = durationOf('--life', options.life, minLifeMs, maxLifeMs) ?? livesMs[command.type];
      const waitMs = durationOf('--wait', options.wait, 0, maxWaitMs) ?? 0;
      const { controller } = options;
      checkController(officeConfigOf(options, io), controller);
      const stored = await withStore(options, 'write', io, (store) => {
        const id = v4({ random: io.random.bytes(16) });
        addCommand(store, { id, controller, command, nowMs, lifeMs });
        return settled(store, id, waitMs, io.clock);
      });
      io.out(options.json === true ? JSON.stringify(commandLine(stored)) : outcomeWords(stored));
      if (waitMs > 0 && (stored.state !== 'done' || isPartial(stored))) {
        throw new CliError('refused', `${failedWords(stored)}: ${outcomeWords(stored)}`);
      }
    });
}

function failedWords({ state }: StoredCommand): string {
  if (state === 'waiting' || state === 'unanswered') return 'not answered';
  return state === 'done' ? 'not carried out everywhere' : 'not carried out';
}

function isPartial({ reason }: StoredCommand): boolean {
  return reason !== null && reason !== 're-entry';
}

/** @throws CliError `usage` */
function wanted(words: readonly string[], options: Options, nowMs: number): ReturnType<typeof checked> {
  const [type, ...rest] = words;
  if (type === undefined || !isCommandType(type)) {
    throw usage(`${JSON.stringify(type)} is no command; allowed is ${commandTypes.join(', ')}`);
  }
  const mode = modes.find((one) => one === rest[0]);
  const takes = type === 'mode' ? 1 : 0;
  if (rest.length !== takes || (takes === 1 && mode === undefined)) {
    throw usage(type === 'mode' ? `mode is followed by one of ${modes.join(', ')}` : `${type} is followed by nothing`);
  }
  const { by, door, space, reader, customer, area, until } = options;
  const untilMs = until === undefined ? undefined : untilOf(until, nowMs);
  return checked({ type, by, accessPoint: door, space, reader, customer, area, mode, untilMs });
}

function checked(fields: Parameters<typeof commandFrom>[0]): Exclude<ReturnType<typeof commandFrom>, string> {
  for (const id of [fields.accessPoint, fields.space, fields.reader, fields.customer, fields.area]) {
    if (id !== undefined && !idPattern.test(id))
      throw usage(`${JSON.stringify(id)} is no id: 1 to 64 of A-Z a-z 0-9 . _ -`);
  }
  if (fields.by.length === 0 || fields.by.length > 128) throw usage('--by is a name of 1 to 128 characters');
  const command = commandFrom(fields);
  if (typeof command === 'string') throw usage(command.replaceAll('accessPoint', 'a door'));
  return command;
}

function checkController({ controllers, site }: OfficeConfig, wantedId: string): void {
  if (controllers.some(({ id }) => id === wantedId)) return;
  const known = controllers.map(({ id }) => id).join(', ');
  const words = `site ${site} has no controller ${wantedId} in the office's config; it has ${known === '' ? 'none' : known}`;
  throw new OfficeError('unknown-controller', words);
}

/** As it is once it is settled, or when the wait is over. */
export async function settled(store: OfficeStore, id: string, waitMs: number, clock: Clock): Promise<StoredCommand> {
  const untilMs = clock.now().sinceBootMs + waitMs;
  for (;;) {
    const stored = readCommand(store, id);
    if (stored === undefined) throw new OfficeError('store-corrupt', `the command ${id} is not in the store any more`);
    if (stored.state !== 'waiting' || clock.now().sinceBootMs >= untilMs) return stored;
    await new Promise<void>((resolve) => {
      clock.after('office command', lookMs, resolve);
    });
  }
}

/** @throws CliError `usage` */
export function durationOf(option: string, text: string | undefined, minMs: number, maxMs: number): number | null {
  if (text === undefined) return null;
  const ms = parseDuration(text);
  if (ms !== null && ms >= minMs && ms <= maxMs) return ms;
  throw usage(
    `${option} ${JSON.stringify(text)}: allowed is a duration of ${minMs / 1000} s to ${maxMs / 60_000} min, as 30s, 5m, 1h`,
  );
}

function untilOf(text: string, nowMs: number): number {
  const inMs = parseDuration(text);
  const untilMs = inMs === null ? parseInstant(text) : nowMs + inMs;
  if (untilMs !== null && untilMs > nowMs) return untilMs;
  throw usage(
    `--until ${JSON.stringify(text)}: allowed is an instant ahead as 2026-03-02T18:00:00+01:00, or how long as 90m`,
  );
}

function usage(words: string): CliError {
  return new CliError('usage', words, 2);
}
