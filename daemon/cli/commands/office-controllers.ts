// `cardea office controllers`: whom of its config the office hears, since when not, and what to do about those that it does not.

import type { Command } from 'commander';
import { type HeardController, type HeardState, heardControllers } from '../../../sync/office/store/heard.ts';
import { openOfficeStore } from '../../../sync/office/store/open.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, officeConfigOf } from '../office-access.ts';
import { columns, localTime } from '../text.ts';

interface Options extends OfficeOptions {
  readonly json?: boolean;
}

const words: { readonly [S in HeardState]: { readonly what: string; readonly mend: string | null } } = {
  heard: { what: 'heard', mend: null },
  never: {
    what: 'NEVER HEARD',
    mend: "cardea doctor on it; is it switched on, is this site in the broker's access list, is its publicKeyFile its own key (cardea keys show)? The office's log says what it refuses",
  },
  'status-only': {
    what: 'NO RECORDS',
    mend: "it says how it is, and none of its records arrives: look at the broker's access list (…/events) and at the office's log",
  },
  offline: { what: 'offline', mend: 'it, or its network, is off: its doors go on, and what it records comes later' },
  behind: {
    what: 'BEHIND',
    mend: "its records wait: look at the office's log and at cardea office anomalies, and at cardea status there",
  },
  quiet: {
    what: 'quiet',
    mend: 'nothing came for more than 24 h: cardea status there says whether it hears the office',
  },
  'not-in-config': {
    what: 'not in config',
    mend: "it was heard before, and is not believed now: put it into the office's config, or leave it",
  },
};

const heading = ['controller', 'state', 'last status', 'last record', 'waiting', 'revision', 'version'];
const widths = [16, 13, 19, 19, 7, 8];

export function registerOfficeControllers(office: Command, io: Io): void {
  office
    .command('controllers')
    .description('the controllers of the config: which the office hears, and which never or not for long')
    .option(...configOption)
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  cardea office controllers --config office.yaml')
    .action((options: Options) => {
      const { site, store: where, controllers } = officeConfigOf(options, io);
      const store = openOfficeStore(where.path, { site, mode: 'read' });
      try {
        const nowMs = io.clock.now().wallMs;
        const found = heardControllers(
          store,
          controllers.map(({ id }) => id),
          nowMs,
        );
        if (options.json === true) {
          for (const one of found) io.out(JSON.stringify({ ...one, mend: words[one.state].mend }));
        } else for (const line of table(found)) io.out(line);
      } finally {
        store.close();
      }
    });
}

function table(found: readonly HeardController[]): string[] {
  if (found.length === 0) return ['no controllers in the config'];
  const mends = new Map(found.map(({ state }) => [words[state].what, words[state].mend]));
  return [
    columns(heading, widths),
    ...found.map((one) => columns(cells(one), widths)),
    ...[...mends].flatMap(([what, mend]) => (mend === null ? [] : [`${what}: ${mend}`])),
  ];
}

function cells({ controller, state, statusAt, record, pending, revision, version }: HeardController): string[] {
  const at = (iso: string | null | undefined): string => (iso == null ? 'never' : localTime(iso));
  const figures = [pending, revision].map((figure) => (figure === null ? '-' : String(figure)));
  return [controller, words[state].what, at(statusAt), at(record?.time), ...figures, version ?? '-'];
}
