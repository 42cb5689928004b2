// Who holds what: a contract or a pass belongs to one customer or one team, a credential to one holder.

import { caution, type Finding, fault, inList } from '../finding.ts';
import { quoted } from '../found.ts';
import { listOf, type RawRecord, recordOf, textOf } from '../raw.ts';

export function checkHolders(raw: unknown): Finding[] {
  const root = recordOf(raw);
  return [...exactlyOne(root, 'contracts'), ...exactlyOne(root, 'passes'), ...credentialHolders(root)];
}

function exactlyOne(root: RawRecord, kind: string): Finding[] {
  return inList(root[kind], (item, index) => {
    if (typeof item !== 'object' || item === null) return undefined;
    const { customer = null, team = null } = recordOf(item);
    if ((customer === null) !== (team === null)) return undefined;
    const found = customer === null ? 'neither customer nor team' : 'both customer and team';
    return fault([kind, index], found, 'exactly one of customer and team');
  });
}

/** Who claims each credential: `staff`, or `visitor` (several visitors may use one card after each other). */
function claims(root: RawRecord): { findings: Finding[]; claimed: ReadonlyMap<string, string> } {
  const claimed = new Map<string, string>();
  const findings: Finding[] = [];
  listOf(root.staff).forEach((member, index) => {
    listOf(recordOf(member).credentials).forEach((value, at) => {
      const id = textOf(value);
      if (id === undefined) return;
      const by = claimed.get(id);
      if (by !== undefined) findings.push(shared(['staff', index, 'credentials', at], id, by));
      else claimed.set(id, `staff[${index}]`);
    });
  });
  listOf(root.visitors).forEach((visitor, index) => {
    const id = textOf(recordOf(visitor).credential);
    if (id === undefined) return;
    const by = claimed.get(id);
    if (by?.startsWith('staff') === true) findings.push(shared(['visitors', index, 'credential'], id, by));
    else claimed.set(id, `visitors[${index}]`);
  });
  return { findings, claimed };
}

function shared(path: (string | number)[], id: string, by: string): Finding {
  return fault(path, `${quoted(id)}, which already belongs to ${by}`, 'a credential with one holder');
}

function credentialHolders(root: RawRecord): Finding[] {
  const { findings, claimed } = claims(root);
  listOf(root.credentials).forEach((item, index) => {
    const { id: rawId, customer } = recordOf(item);
    const id = textOf(rawId);
    if (id === undefined) return;
    const by = claimed.get(id);
    const path = ['credentials', index];
    if (textOf(customer) !== undefined && by !== undefined) {
      findings.push(
        fault(
          [...path, 'customer'],
          `a customer, while ${by} names this credential too`,
          'a credential with one holder',
        ),
      );
    } else if ((customer ?? null) === null && by === undefined) {
      findings.push(
        caution(
          path,
          'nobody holds this credential: no door knows it',
          'a customer, or a staff member or visitor naming it',
        ),
      );
    }
  });
  return findings;
}
