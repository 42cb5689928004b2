// `cardea office person`: everything the office has of one person, and taking it out.

import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type Erased, erasePerson } from '../../../sync/office/privacy/erase.ts';
import { exportPerson, type PersonEvent, personEvents } from '../../../sync/office/privacy/export.ts';
import { type PersonKind, personOf } from '../../../sync/office/privacy/person.ts';
import { runErasures } from '../../../sync/office/privacy/run-erasures.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { readSiteKey } from '../../../sync/protocol/key-files.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, officeConfigOf, withStore } from '../office-access.ts';
import { byOf, byOption, requestOf } from '../office-by.ts';
import { dryRunOption } from '../office-change.ts';

interface Options extends OfficeOptions {
  readonly kind?: string;
  readonly json?: boolean;
}

interface EraseOptions extends Options {
  readonly by?: string;
  readonly reason?: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

const kindOption = ['--kind <kind>', 'customers or visitors, where both have the id (default: who is there)'] as const;
const rowsAtOnce = 5_000;

export function registerOfficePerson(office: Command, io: Io): void {
  const person = office
    .command('person')
    .description('what the office has of one customer or visitor, and taking it out');
  person
    .command('export')
    .description('everything the office has of one person, as JSON that one can hand to them')
    .argument('<id>', 'the customer or visitor')
    .argument('[file]', 'where to write it; only its owner can read it (default: the output)')
    .option(...kindOption)
    .option(...configOption)
    .addHelpText('after', '\nExample:\n  cardea office person export ana ana.json')
    .action(async (id: string, file: string | undefined, options: Options) => {
      const siteKey = readSiteKey(officeConfigOf(options, io).credentialKeyFile);
      const text = await withStore(options, 'read', io, (store) => exported(store, id, options, siteKey, io));
      if (file === undefined) io.out(text);
      else write(file, `${text}\n`);
    });
  person
    .command('erase')
    .description(
      'takes a person out of the office: records, and all that leads to them from visits, journals and the audit log',
    )
    .argument('<id>', 'the customer or visitor')
    .option(...kindOption)
    .option('--force', 'also while they are inside, or have charges that nobody decided on')
    .option('--reason <text>', 'why, for the audit log: without a name')
    .option(...byOption)
    .option(...dryRunOption)
    .option(...configOption)
    .option('--json', 'one JSON object: {kind, revision, removed, unnamed, visits, entries, charges, applied}')
    .addHelpText(
      'after',
      '\nExample:\n  cardea office person erase ana --dry-run\n  cardea office person erase ana --by sam',
    )
    .action((id: string, options: EraseOptions) => erase(id, options, io));
}

async function exported(
  store: OfficeStore,
  id: string,
  options: Options,
  siteKey: Uint8Array,
  io: Io,
): Promise<string> {
  const kind = kindIn(options);
  const found = exportPerson(store, id, io.clock.now().wallMs, kind);
  const person = personOf(store, id, kind);
  const events: PersonEvent[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const page = personEvents(store, person, siteKey, after, rowsAtOnce);
    events.push(...page.items);
    after = page.through;
  }
  return JSON.stringify({ ...found, events }, null, 2);
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const advice = code === 'EEXIST' ? 'it is there already: name another' : 'check the folder and its permissions';
    throw new CliError('file', `${file}: cannot be written (${code}): ${advice}`);
  }
}

async function erase(id: string, options: EraseOptions, io: Io): Promise<void> {
  const kind = kindIn(options);
  const preview = options.dryRun === true;
  const nowMs = io.clock.now().wallMs;
  const siteKey = readSiteKey(officeConfigOf(options, io).credentialKeyFile);
  const by = byOf(options.by, io);
  const reason = options.reason ?? null;
  const origin = { by, via: 'cli', request: requestOf(io), action: 'erase', reason, nowMs } as const;
  const erased = await withStore(options, preview ? 'read' : 'write', io, async (store) => {
    const done = erasePerson(store, id, {
      origin,
      siteKey,
      preview,
      force: options.force === true,
      ...(kind === undefined ? {} : { kind }),
    });
    if (!preview) await runErasures(store, nowMs, () => io.drained());
    return done;
  });
  if (options.json === true) io.out(JSON.stringify({ ...erased, applied: !preview }));
  else for (const line of wordsOf(erased, preview)) io.out(line);
}

function wordsOf({ removed, unnamed, visits, entries, charges, revision }: Erased, preview: boolean): string[] {
  const counted = (counts: Readonly<Record<string, number>>): string => {
    const all = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
    return all.length === 0 ? 'none' : all.join(', ');
  };
  return [
    `records removed: ${counted(removed)}`,
    ...(Object.keys(unnamed).length === 0 ? [] : [`records that name them no more: ${counted(unnamed)}`]),
    `${visits} visits and ${entries} entries of the audit log lead to nobody any more, nor do records of the journals`,
    `kept, because sums are made of it: when and where the visits were, what they used, and ${charges} charges`,
    'kept for a time: the journals of the controllers (their journal.keep), and backups (docs/privacy.md)',
    ...(preview ? ['nothing was changed: --dry-run only looks'] : []),
    ...(preview || revision === null ? [] : [`revision ${revision} is the new state: doors forget them by it`]),
  ];
}

/** @throws CliError `usage` */
function kindIn({ kind }: Options): PersonKind | undefined {
  if (kind === undefined || kind === 'customers' || kind === 'visitors') return kind;
  throw new CliError('usage', `--kind ${JSON.stringify(kind)}: allowed is customers, visitors`, 2);
}
