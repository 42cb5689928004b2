// What a change would make of the records it touches: judged by the schemas and checks of an imported document, and told by the
// record's name.

import { canonicalJson } from '../../../access/canonical.ts';
import type { Json } from '../../../access/event.ts';
import type { Finding } from '../../../config/finding.ts';
import { keyPathText } from '../../../config/problem.ts';
import { canonicalDocument } from '../../../config/replica/canonical.ts';
import { checkReplica } from '../../../config/replica/check.ts';
import { replicaDocument } from '../../../config/replica/schema.ts';
import { judgeShape } from '../../../config/validate.ts';
import type { OfficeStore } from '../store/open.ts';
import { type RecordFinding, refusal } from './error.ts';
import { isRecordKind } from './kinds.ts';
import { Slice, type Touched } from './slice.ts';

export interface Judged {
  /** What is kept of each record, by kind and name; nothing of what is removed. */
  bodyOf(touched: Touched): string | null;
  readonly warnings: readonly RecordFinding[];
}

/** @throws RecordsError `invalid` with all that is wrong. */
export function judge(store: OfficeStore, touched: readonly Touched[]): Judged {
  const slice = new Slice(store, touched);
  const raw = slice.document(store.site);
  const shape = judgeShape(replicaDocument, raw);
  const errors: RecordFinding[] = [];
  const warnings: RecordFinding[] = [];
  for (const finding of [...shape.findings, ...checkReplica(raw)]) {
    const told = named(slice, finding);
    if (told === null) continue;
    if (finding.severity === 'error') errors.push(told.finding);
    else if (told.touched) warnings.push(told.finding);
  }
  if (errors.length > 0 || shape.output === undefined) throw refusal(errors);
  const { records } = canonicalDocument(shape.output);
  const bodies = new Map<string, string>();
  for (const kind of new Set(touched.map((one) => one.kind))) {
    const made: readonly unknown[] = records[kind];
    for (const [n, { id }] of slice.places(kind).entries()) bodies.set(`${kind} ${id}`, canonicalJson(made[n] as Json));
  }
  return {
    bodyOf: ({ kind, id, record }) => (record === null ? null : (bodies.get(`${kind} ${id}`) ?? null)),
    warnings,
  };
}

/** null for what the change has nothing to do with. */
function named(slice: Slice, { path, found, allowed }: Finding): { finding: RecordFinding; touched: boolean } | null {
  const [kind, index, ...rest] = path;
  if (typeof kind !== 'string' || typeof index !== 'number' || !isRecordKind(kind)) return null;
  const place = slice.places(kind)[index];
  if (place === undefined || place.rank === 'known') return null;
  const finding = { kind, id: place.id, key: keyPathText(rest), found: byName(slice, found), allowed };
  return { finding, touched: place.rank === 'touched' };
}

/** Positions in lists, which nobody sees, as names. */
function byName(slice: Slice, found: string): string {
  return found.replace(/\b([a-zA-Z]+)\[(\d+)\]/g, (text, kind: string, index: string) => {
    const place = isRecordKind(kind) ? slice.places(kind)[Number(index)] : undefined;
    return place === undefined ? text : `${kind} ${place.id}`;
  });
}
