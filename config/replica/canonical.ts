// The last step of reading a replica document: what passed all checks, with canonical credentials.

import { canonicalValue } from '../../access/credential.ts';
import type { ReplicaDocument } from '../types.ts';

/** The document with every credential's value in canonical form. The values have been checked. */
export function canonicalDocument(document: ReplicaDocument): ReplicaDocument {
  const credentials = document.records.credentials.map((credential) => {
    return { ...credential, value: canonicalValue(credential.type, credential.value) };
  });
  return { ...document, records: { ...document.records, credentials } };
}
