// `cardea office anomalies`: what is wrong with the journals that the office receives, and what to do about it.

import type { Command } from 'commander';
import { Anomalies, type AnomalyKind } from '../../../sync/office/store/anomalies.ts';
import { anomalyLine, anomalyWords, mendWords } from '../anomaly-words.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, officeConfigOf, withStore } from '../office-access.ts';
import { mustKnow } from '../office-ids.ts';
import { columns, localTime } from '../text.ts';

interface Options extends OfficeOptions {
  readonly controller?: string;
  readonly json?: boolean;
}

const heading = ['first', 'last', 'times', 'controller', 'what', 'record', 'in words'];
const widths = [19, 19, 5, 14, 19, 8];
const linesBetweenPauses = 500;

export function registerOfficeAnomalies(office: Command, io: Io): void {
  office
    .command('anomalies')
    .description('what is wrong with the journals of the controllers, and what to do: put aside, lost, forked, doubled')
    .option(...configOption)
    .option('--controller <id>', 'only of this controller')
    .option('--json', 'one JSON object a line, with the record as it came')
    .addHelpText('after', '\nExample:\n  cardea office anomalies --config office.yaml --controller front-desk')
    .action((options: Options) =>
      withStore(options, 'read', io, async (store) => {
        const controllers = officeConfigOf(options, io).controllers.map(({ id }) => id);
        mustKnow(store, { controller: options.controller, controllers });
        const kinds = new Set<AnomalyKind>();
        let count = 0;
        for (const one of new Anomalies(store).all()) {
          if (options.controller !== undefined && one.controller !== options.controller) continue;
          if (++count % linesBetweenPauses === 0) await io.drained();
          if (options.json === true) {
            io.out(JSON.stringify(anomalyLine(one)));
            continue;
          }
          if (count === 1) io.out(columns(heading, widths));
          kinds.add(one.kind);
          const [first, last] = [one.firstMs, one.lastMs].map((ms) => localTime(new Date(ms).toISOString()));
          const record = one.seq === 0 ? '' : String(one.seq);
          const cells = [first ?? '', last ?? '', String(one.times), one.controller, anomalyWords(one.kind), record];
          io.out(columns([...cells, one.reason], widths));
        }
        if (options.json === true) return;
        if (count === 0) io.out('nothing is wrong');
        for (const line of mendWords(kinds)) io.out(line);
      }),
    );
}
