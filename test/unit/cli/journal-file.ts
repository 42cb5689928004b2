// A journal on disk with given records, written by the journal itself.

import type { EventDraft } from '../../../access/event.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import type { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type { Journal } from '../../../db/journal/journal.ts';
import { openJournal } from '../../../db/journal/open-journal.ts';

export function journalFile(file: string, clock: VirtualClock, drafts: readonly EventDraft[]): Journal {
  const random = seededRandom(file);
  const who = { site: 'riverside', controller: 'front-desk', durability: 'full' } as const;
  const { journal } = openJournal({ file, ...who, clock, random });
  for (const draft of drafts) journal.commit([draft], []);
  return journal;
}
