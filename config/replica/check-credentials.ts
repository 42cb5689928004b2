// Values of credentials: in the form of their type, and each once. What is said of them never repeats them.

import { CredentialError, canonicalValue, credentialTypes } from '../../access/credential.ts';
import type { CredentialType } from '../../access/model.ts';
import { type Finding, fault } from '../finding.ts';
import { listOf, recordOf } from '../raw.ts';

export function checkCredentials(raw: unknown): Finding[] {
  const first = new Map<string, number>();
  const findings: Finding[] = [];
  listOf(recordOf(raw).credentials).forEach((item, index) => {
    const { type, value } = recordOf(item);
    if (!isType(type) || typeof value !== 'string' || value === '') return;
    const path = ['credentials', index, 'value'];
    const canonical = canonicalOrAllowed(type, value);
    if ('allowed' in canonical) {
      findings.push(fault(path, `a ${type} value of another form`, canonical.allowed));
      return;
    }
    const key = `${type}:${canonical.value}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, index);
    else
      findings.push(
        fault(path, `the same ${type} as credentials[${before}]`, 'each value once; a second card gets its own number'),
      );
  });
  return findings;
}

/** The canonical value, or the words for what is allowed. */
export function canonicalOrAllowed(type: CredentialType, value: string): { value: string } | { allowed: string } {
  try {
    return { value: canonicalValue(type, value) };
  } catch (error) {
    if (error instanceof CredentialError) return { allowed: allowedBy(error) };
    throw error;
  }
}

/** What a CredentialError allows; its message says so after `allowed:`, or is nothing else. */
export function allowedBy(error: CredentialError): string {
  return error.message.replace(/^.*allowed: /, '');
}

function isType(type: unknown): type is CredentialType {
  return credentialTypes.some((known) => known === type);
}
