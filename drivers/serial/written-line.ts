// What can be told to a serial reader: a line of the config for each kind of feedback. What its device makes of a line nobody
// here knows.

import type { SerialReaderConfig } from '../../config/types.ts';
import { allKinds } from '../feedback/look.ts';
import type { ReaderMeans } from '../port.ts';

/** null: no line is written for any kind. */
export function lineMeans(lines: SerialReaderConfig['feedback']): ReaderMeans | null {
  const kinds = allKinds.filter((kind) => lines?.[kind] !== undefined);
  return kinds.length === 0 ? null : { lights: [], buzzer: false, text: null, kinds };
}
