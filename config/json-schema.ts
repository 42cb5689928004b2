// JSON Schema (draft 2020-12) of the files that people write and of the events that programs read: for editors, for other
// programs, and as the documentation of every key. What a schema cannot say (references, overlaps) the loader checks.

import { z } from 'zod';
import { controllerConfig } from './controller/schema.ts';
import { journalEvent } from './event-schema.ts';
import { officeConfig } from './office/schema.ts';
import { replicaDocument } from './replica/schema.ts';
import { scenario } from './scenario/schema.ts';

const schemas = {
  config: controllerConfig,
  office: officeConfig,
  replica: replicaDocument,
  scenario,
  event: journalEvent,
} as const;

export type SchemaName = keyof typeof schemas;

export const schemaNames = Object.keys(schemas) as readonly SchemaName[];

/** The schema of what people write: before defaults are filled in and durations read. */
export function jsonSchema(name: SchemaName): object {
  // Every type of event repeats what all events have; the files of people read better with nothing to look up elsewhere.
  const reused = name === 'event' ? 'ref' : 'inline';
  return z.toJSONSchema(schemas[name], { target: 'draft-2020-12', io: 'input', reused });
}
