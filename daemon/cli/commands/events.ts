// `cardea events`: the journal, as a table, as CSV or as JSON lines; with `--follow` until it is interrupted. It reads
// through a handle of its own, so that the daemon never waits for it.

import { type Command, Option } from 'commander';
import { type EventType, eventTypes, type JournalEvent } from '../../../access/event.ts';
import { csvEventLine, csvHeading, tableHeading, tableLine } from '../event-line.ts';
import { FollowedJournal } from '../followed-journal.ts';
import type { Io } from '../io.ts';
import { parseSince } from '../since.ts';
import { find } from '../where.ts';

interface EventOptions {
  readonly db?: string;
  readonly follow?: boolean;
  readonly since?: string;
  readonly type?: EventType;
  readonly csv?: boolean;
  readonly json?: boolean;
}

const pollMs = 200;
const linesBetweenPauses = 500;

export function registerEvents(program: Command, io: Io): void {
  program
    .command('events')
    .description('what happened, as the journal has it')
    .option('--db <file>', "the journal (default: the installed controller's, else that of a running demo)")
    .option('--follow', 'stay, and print what happens from now on too, until Ctrl-C')
    .option('--since <when>', 'only since then: an instant, or how long ago as 30m, 24h, 7d')
    .addOption(new Option('--type <type>', 'only this type').choices(eventTypes))
    .addOption(new Option('--csv', 'CSV with a heading').conflicts('json'))
    .option('--json', 'one JSON object a line, as the journal has it')
    .addHelpText('after', '\nExample:\n  cardea events --since 24h --type access.denied')
    .action(async (options: EventOptions) => {
      const since = options.since === undefined ? {} : { sinceMs: parseSince(options.since, io.clock.now().wallMs) };
      const filter = { ...since, ...(options.type === undefined ? {} : { type: options.type }) };
      const file = find('journal', options.db, io.places);
      const journal = new FollowedJournal(file, filter, (words) => io.err(`cardea: ${words}`));
      try {
        const { dropped } = journal;
        if (dropped > 0 && options.since === undefined) {
          io.err(`cardea: records 1 to ${dropped} were dropped by retention (journal.keep, journal.maxBytes)`);
        }
        await print(journal, options, io);
      } finally {
        journal.close();
      }
    });
}

async function print(journal: FollowedJournal, options: EventOptions, io: Io): Promise<void> {
  const { heading, line } = formOf(options);
  const following = options.follow === true ? new Following(io) : null;
  if (heading !== null) io.out(heading);
  let news = journal.news();
  do {
    let count = 0;
    for (const event of news) {
      io.out(line(event));
      if (++count % linesBetweenPauses === 0) await io.drained();
    }
    await io.drained();
    news = journal.newsLater();
  } while ((await following?.again()) === true);
}

/** The wish to go on looking, until the process is asked to end. */
class Following {
  readonly #io: Io;
  #stopped = false;
  #wake: () => void = () => {};

  constructor(io: Io) {
    this.#io = io;
    void io.stopSignal().then(() => {
      this.#stopped = true;
      this.#wake();
    });
  }

  /** Waits for the next look; false, at once, when there is to be none. */
  async again(): Promise<boolean> {
    if (this.#stopped) return false;
    await new Promise<void>((resolve) => {
      const cancel = this.#io.clock.after('events: next look', pollMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    return !this.#stopped;
  }
}

interface Form {
  readonly heading: string | null;
  readonly line: (event: JournalEvent) => string;
}

function formOf({ csv, json }: EventOptions): Form {
  if (json === true) return { heading: null, line: (event) => JSON.stringify(event) };
  return csv === true ? { heading: csvHeading, line: csvEventLine } : { heading: tableHeading, line: tableLine };
}
