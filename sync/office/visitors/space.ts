// A space as it is kept.

import type { Space } from '../../../access/model.ts';
import type { OfficeStore } from '../store/open.ts';

export function spaceOf({ db }: OfficeStore, id: string): Space | undefined {
  const body = db
    .prepare<[string], string>("SELECT body FROM records WHERE kind = 'spaces' AND id = ?")
    .pluck()
    .get(id);
  return body === undefined ? undefined : (JSON.parse(body) as Space);
}
