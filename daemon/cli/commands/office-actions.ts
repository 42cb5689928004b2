// What an operator does to one record, each a command of its own: `cardea office block c1`, `cardea office freeze k1 --from …`. They
// work on the store itself, whether or not the office runs.

import type { Command } from 'commander';
import { type Action, actions, reasonIn } from '../../../sync/office/records/actions.ts';
import { changeRecords } from '../../../sync/office/records/change.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, withStore } from '../office-access.ts';
import { byOf, byOption, requestOf } from '../office-by.ts';
import { type ChangeOutput, dryRunOption, printChange } from '../office-change.ts';

type Options = OfficeOptions & ChangeOutput & { readonly by?: string } & Readonly<Record<string, unknown>>;

export function registerOfficeActions(office: Command, io: Io): void {
  for (const action of actions) register(office, action, io);
}

function register(office: Command, action: Action, io: Io): void {
  const command = office.command(action.name).description(action.summary).argument('<id>', `one of the ${action.kind}`);
  for (const [name, { type, needed, words }] of Object.entries(action.fields)) {
    const flags = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}${type === 'flag' ? '' : ` <${type === 'whole' ? 'count' : name}>`}`;
    if (needed) command.requiredOption(flags, words);
    else command.option(flags, words);
  }
  command
    .option(...byOption)
    .option(...dryRunOption)
    .option(...configOption)
    .option('--json', 'one JSON object: {revision, changed, warnings, applied}')
    .action(async (id: string, options: Options) => {
      const given = givenIn(action, options);
      const nowMs = io.clock.now().wallMs;
      const newId = Buffer.from(io.random.bytes(10)).toString('hex');
      const by = byOf(options.by, io);
      const request = requestOf(io);
      const origin = { by, via: 'cli', request, action: action.name, reason: reasonIn(given), nowMs } as const;
      const preview = options.dryRun === true;
      const result = await withStore(options, preview ? 'read' : 'write', io, (store) =>
        changeRecords(store, (view) => action.plan(view, { id, given, nowMs, newId }), { origin, preview }),
      );
      printChange(result, options, io);
    });
}

/** @throws CliError `usage` */
function givenIn({ fields }: Action, options: Options): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [name, { type }] of Object.entries(fields)) {
    const value = options[name];
    if (value === undefined) continue;
    given[name] = type === 'whole' ? Number(value) : value;
    if (type === 'whole' && !Number.isSafeInteger(given[name])) {
      throw new CliError('usage', `--${name} ${JSON.stringify(value)}: allowed is a whole number, as 30 or -30`, 2);
    }
  }
  return given;
}
