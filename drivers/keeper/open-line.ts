// From a line as the keeper is given it to what drives it. The keeper and `cardea safe` share it, so that a lock is driven
// safe in the same way whoever does it.

import { fileLine } from './file-line.ts';
import type { Drive } from './keeper-core.ts';
import type { KeeperLine } from './messages.ts';

/** Touches nothing yet. @param stamp gives the time of a change, ISO 8601. */
export function openLine({ accessPoint, output }: KeeperLine, stamp: () => string): Drive {
  return output.file === null ? () => undefined : fileLine(accessPoint, output.file, stamp);
}
