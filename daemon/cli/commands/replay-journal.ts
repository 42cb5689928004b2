// `cardea replay --journal DB --replica FILE`: what a recorded period would have decided on another replica, each decision
// that differs (one a line), and how many there are.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalEvent } from '../../../access/event.ts';
import { reasonWords } from '../../../access/reasons.ts';
import { parseInstant } from '../../../config/instant.ts';
import { loadControllerConfig } from '../../../config/load.ts';
import { recordOf, textOf } from '../../../config/raw.ts';
import type { ControllerConfig } from '../../../config/types.ts';
import { type JournalReader, openJournalReader } from '../../../db/journal/reader.ts';
import { readSiteKey } from '../../../sync/protocol/key-files.ts';
import { seededRandom } from '../../clock/random.ts';
import { assumedConfig } from '../../replay/journal/assumed-config.ts';
import { type OtherReplica, otherReplica } from '../../replay/journal/other-replica.ts';
import { Presenter } from '../../replay/journal/presented.ts';
import { type Compared, Rerun } from '../../replay/journal/rerun.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { withProgress } from '../progress.ts';
import { plain } from '../text.ts';

export interface JournalReplay {
  readonly journal: string;
  readonly replica?: string;
  readonly config?: string;
  readonly since?: string;
  readonly until?: string;
  readonly json?: boolean;
}

/** What no journal says; told with every result. */
export const cannotKnow: readonly string[] = [
  'what the replica counts as used already counts at every tap, also at those before that use: take one from before the period',
  'visits that began, and passes that were used, before the journal began, at other controllers or by hand in the office',
  'a credential that was unknown then stays unknown, unless --config names the site key under which it was recorded, or --replica is a replica.db of that site',
  'what other configs the controller had meanwhile, and who would have come, or come again, had the door answered otherwise',
];

const tapsBetweenPauses = 200;

/** @throws CliError, FileError, DbError */
export async function compareJournal(options: JournalReplay, io: Io): Promise<void> {
  if (options.replica === undefined)
    throw new CliError('usage', '--journal needs --replica FILE, a document or a replica.db to decide by', 2);
  const [sinceMs, untilMs] = [instantOf(options.since, '--since'), instantOf(options.until, '--until')];
  const folder = mkdtempSync(join(tmpdir(), 'cardea-replay-'));
  try {
    const other = otherReplica(options.replica, folder, (line) => io.err(line));
    const journal = openJournalReader(options.journal);
    try {
      ofOneSite(other, journal, options.replica);
      const dropped = journal.dropped();
      if (dropped > 0) io.err(`cardea: records 1 to ${dropped} were dropped by retention, and count for nothing here`);
      const { config, siteKey } = configOf(options.config, journal, other, io);
      const compared =
        config === null ? [] : rerun(config, other, siteKey, folder, io).compare(until(journal, untilMs));
      const within = ({ event }: Compared): boolean => {
        const ms = Date.parse(event.time);
        return (sinceMs === null || ms >= sinceMs) && (untilMs === null || ms < untilMs);
      };
      await tell(compared, within, journal.head(), options.json === true, io);
    } finally {
      journal.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ofOneSite({ site: found }: OtherReplica, journal: JournalReader, file: string): void {
  const { site } = journal.identity();
  if (found === site) return;
  const words = `${file} is of the site ${found}, the journal is of ${site}: name a replica of ${site}`;
  throw new CliError('usage', words, 2);
}

function rerun(
  config: ControllerConfig,
  other: OtherReplica,
  siteKey: Uint8Array | null,
  folder: string,
  io: Io,
): Rerun {
  return new Rerun({
    config,
    file: join(folder, 'journal.db'),
    random: seededRandom(`replay ${config.site}/${config.controller}`),
    replica: () => other.open(),
    presenter: new Presenter(other.known(siteKey)),
    log: (message) => io.err(`cardea: ${message}`),
  });
}

/** The journal from its beginning: what is used before the listed period counts in it. */
function* until(journal: JournalReader, untilMs: number | null): Generator<JournalEvent> {
  for (const event of journal.events()) {
    if (untilMs !== null && Date.parse(event.time) >= untilMs) return;
    yield event;
  }
}

function configOf(
  file: string | undefined,
  journal: JournalReader,
  { spaces }: OtherReplica,
  io: Io,
): { config: ControllerConfig | null; siteKey: Uint8Array | null } {
  if (file === undefined) {
    const { config, words } = assumedConfig(journal.events(), journal.identity(), spaces);
    for (const line of words) io.err(`cardea: without --config ${line}`);
    return { config, siteKey: null };
  }
  const { config } = loadControllerConfig(file);
  const key = config.credentialKeyFile;
  const siteKey = key !== null && existsSync(key) ? readSiteKey(key) : null;
  // The journal's own names: its local use is that controller's.
  const { site, controller } = journal.identity();
  return { config: { ...config, site, controller }, siteKey };
}

async function tell(
  compared: Iterable<Compared>,
  within: (one: Compared) => boolean,
  records: number,
  json: boolean,
  io: Io,
): Promise<void> {
  const counts = { decisions: 0, differ: 0, notCompared: 0 };
  let seen = 0;
  await withProgress(io, json || process.stdout.isTTY === true, async (progress) => {
    for (const one of compared) {
      progress.show('replaying', one.event.seq, records);
      if (++seen % tapsBetweenPauses === 0) await io.drained();
      if (!within(one)) continue;
      counts.decisions += 1;
      if (one.now === null) counts.notCompared += 1;
      if (!one.differs) continue;
      counts.differ += 1;
      io.out(json ? JSON.stringify(dataOf(one)) : lineOf(one));
    }
  });
  if (json) {
    io.out(JSON.stringify({ ...counts, cannotKnow }));
    return;
  }
  const rest = counts.notCompared === 0 ? '' : `; ${counts.notCompared} could not be presented again`;
  io.out(`${counts.differ} of ${counts.decisions} decisions would differ${rest}.`);
  io.out('What this cannot know:');
  for (const words of cannotKnow) io.out(`  - ${words}`);
}

function dataOf({ event, then, now }: Compared): object {
  const { seq, time, accessPoint, reader, data } = event;
  const { holder = null, credential, direction } = data;
  return { seq, time, accessPoint, reader, direction, holder, credential, then, now };
}

function lineOf({ event, then, now }: Compared): string {
  const { kind, id } = recordOf(event.data.holder);
  const { type, id: card, hash } = recordOf(event.data.credential);
  const credential = textOf(card) ?? `${textOf(type) ?? 'code'} ${(textOf(hash) ?? '').slice(0, 8)}…`;
  const who = textOf(id) === undefined ? `unknown ${credential}` : `${textOf(kind)} ${textOf(id)} (${credential})`;
  const said = (answer: Compared['then']): string =>
    `${answer.decision}, ${reasonWords(answer.reason)} (${answer.reason})`;
  const where = `${event.accessPoint ?? ''} ${event.data.direction === 'out' ? 'out' : 'in'}`;
  return plain(`${event.time}  ${where}  ${who}: then ${said(then)}; now ${now === null ? 'not known' : said(now)}`);
}

function instantOf(written: string | undefined, flag: string): number | null {
  if (written === undefined) return null;
  const ms = parseInstant(written);
  if (ms === null)
    throw new CliError(
      'usage',
      `${flag} is an instant with its offset, as 2026-03-02T16:00:00+01:00, of the years 1900 to 9999`,
      2,
    );
  return ms;
}
