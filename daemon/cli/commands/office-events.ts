// `cardea office events`: the office's whole record, of every controller and of its own journal, in order of time.

import { type Command, Option } from 'commander';
import { type EventType, eventTypes, type JournalEvent } from '../../../access/event.ts';
import { listedEvents } from '../../../sync/office/store/listed.ts';
import { siteCsvHeading, siteCsvLine, siteHeading, siteLine } from '../event-line.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, officeConfigOf, withStore } from '../office-access.ts';
import { mustKnow } from '../office-ids.ts';
import { parseSince } from '../since.ts';

interface Options extends OfficeOptions {
  readonly since?: string;
  readonly type?: EventType;
  readonly controller?: string;
  readonly customer?: string;
  readonly csv?: boolean;
  readonly json?: boolean;
}

const linesBetweenPauses = 500;

export function registerOfficeEvents(office: Command, io: Io): void {
  office
    .command('events')
    .description("what happened at all doors, as the office has it, with the office's own records (controller office)")
    .option(...configOption)
    .option('--since <when>', 'only since then: an instant, or how long ago as 30m, 24h, 7d')
    .addOption(new Option('--type <type>', 'only this type').choices(eventTypes))
    .option('--controller <id>', 'only of this journal; office for its own')
    .option('--customer <id>', 'only what names this customer')
    .addOption(new Option('--csv', 'CSV with a heading').conflicts('json'))
    .option('--json', 'one JSON object a line, as the journals have it')
    .addHelpText('after', '\nExample:\n  cardea office events --since 7d --type pass.oversold')
    .action(async (options: Options) => {
      const { since, type, controller, customer } = options;
      const filter = {
        ...(since === undefined ? {} : { sinceMs: parseSince(since, io.clock.now().wallMs) }),
        ...(type === undefined ? {} : { type }),
        ...(controller === undefined ? {} : { controller }),
        ...(customer === undefined ? {} : { customer }),
      };
      const controllers = officeConfigOf(options, io).controllers.map(({ id }) => id);
      await withStore(options, 'read', io, async (store) => {
        mustKnow(store, { controller, customer, controllers });
        const { heading, line } = formOf(options);
        if (heading !== null) io.out(heading);
        let count = 0;
        for (const event of listedEvents(store, filter)) {
          io.out(line(event));
          if (++count % linesBetweenPauses === 0) await io.drained();
        }
      });
    });
}

function formOf({ csv, json }: Options): { heading: string | null; line(event: JournalEvent): string } {
  if (json === true) return { heading: null, line: (event) => JSON.stringify(event) };
  return csv === true ? { heading: siteCsvHeading, line: siteCsvLine } : { heading: siteHeading, line: siteLine };
}
