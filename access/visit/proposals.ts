// What a settled stay leaves of the passes that were proposed for sale (rules.md section 1.0, O2): a day pass that is held and
// used from then on, the rest of whole minute passes. Whole seconds are summed per sale and visit, then rounded up (O10).

import type { StateChange } from '../change.ts';
import type { Visit } from '../facts.ts';
import type { TimePass } from '../model.ts';
import { type Piece, wholeSecondsOf } from './coverage.ts';
import { wholePassesFor } from './sale.ts';

/** Minutes that were bought, and whole seconds that the stay drew on them; none bought: on those of an earlier stay. */
interface Sale {
  readonly timePass: TimePass;
  readonly businessDay: string;
  readonly boughtMinutes: number | null;
  seconds: number;
}

/** One proposal per sale; what the stay drew on earlier sales is one of that many minutes less. */
export function proposalsOf(visit: Visit, pieces: readonly Piece[]): StateChange[] {
  return salesOf(pieces).map(({ timePass, businessDay, boughtMinutes, seconds }) => {
    const remainingMinutes = boughtMinutes === null ? null : boughtMinutes - Math.ceil(seconds / 60);
    const proposal = { customer: visit.customer, businessDay, timePass: timePass.id, remainingMinutes };
    return { do: 'propose', visit: visit.id, proposal };
  });
}

/** A time pass is sold again only once nothing is left of it: what is drawn after a sale is drawn on that sale. */
function salesOf(pieces: readonly Piece[]): readonly Sale[] {
  const sales: Sale[] = [];
  const latest = new Map<string, Sale>();
  for (const piece of pieces) {
    const seconds = wholeSecondsOf(piece);
    if (piece.by === 'open' || seconds === 0) continue;
    const sold = 'offer' in piece.by;
    const { timePass } = 'offer' in piece.by ? piece.by.offer : piece.by.held;
    const { minutesIncluded, soldWhole } = timePass;
    const key = `${piece.day} ${timePass.id}`;
    if (sold) {
      if (minutesIncluded !== null && !soldWhole) continue;
      const boughtMinutes =
        minutesIncluded === null ? null : wholePassesFor(seconds, minutesIncluded) * minutesIncluded;
      const sale = { timePass, businessDay: piece.day, boughtMinutes, seconds };
      latest.set(key, sale);
      sales.push(sale);
    } else if ('held' in piece.by && piece.by.held.proposed && minutesIncluded !== null) {
      const sale = latest.get(key);
      if (sale !== undefined) sale.seconds += seconds;
      else {
        const drawn = { timePass, businessDay: piece.day, boughtMinutes: 0, seconds };
        latest.set(key, drawn);
        sales.push(drawn);
      }
    }
  }
  return sales;
}
