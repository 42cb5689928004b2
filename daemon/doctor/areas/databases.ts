// The two databases in dataDir: that they are what their names say, of this controller and of a schema that this version
// reads. They are only read; the whole chain is what `cardea verify` checks.

import { join } from 'node:path';
import { DbError } from '../../../db/error.ts';
import { openJournalReader } from '../../../db/journal/reader.ts';
import { openReplica } from '../../../db/replica/store.ts';
import type { Tree } from '../../devices/tree.ts';
import { area, type Check, notApplicable, notChecked, ok, problem, type Verdict, warning } from '../check.ts';
import type { Machine } from '../machine.ts';
import type { Setup } from '../setup.ts';

interface Whose {
  readonly site: string;
  readonly controller: string | null;
  readonly words: string;
}

type Found = Whose | { readonly fault: string; readonly message: string };

interface DatabaseFact {
  readonly path: string;
  readonly access: 'yes' | 'missing' | 'denied';
  readonly uid: number;
  readonly openToOthers: boolean;
  readonly found: Found | null;
}

interface Facts {
  readonly journal: DatabaseFact;
  readonly replica: DatabaseFact;
}

function gather({ tree }: Machine, { config }: Setup): Facts | null {
  if (config?.dataDir == null) return null;
  return {
    journal: databaseFact(tree, join(config.dataDir, 'journal.db'), readJournal),
    replica: databaseFact(tree, join(config.dataDir, 'replica.db'), readReplica),
  };
}

function databaseFact(tree: Tree, path: string, read: (file: string) => Whose): DatabaseFact {
  const status = tree.status(path);
  const access = tree.access(path, 'read');
  const found = access === 'yes' ? attempt(() => read(tree.at(path))) : null;
  return { path, access, uid: status?.uid ?? 0, openToOthers: ((status?.mode ?? 0) & 0o077) !== 0, found };
}

function attempt(read: () => Whose): Found {
  try {
    return read();
  } catch (error) {
    if (error instanceof DbError) return { fault: error.code, message: error.message };
    throw error;
  }
}

function readJournal(file: string): Whose {
  const reader = openJournalReader(file);
  try {
    const { site, controller, epoch } = reader.identity();
    const records = reader.head() - reader.dropped();
    return { site, controller, words: `${records} records of ${site}/${controller}, epoch ${epoch}` };
  } finally {
    reader.close();
  }
}

function readReplica(file: string): Whose {
  const store = openReplica(file);
  try {
    return { site: store.siteId, controller: null, words: `revision ${store.revision} of ${store.siteId}` };
  } finally {
    store.close();
  }
}

const checks: readonly Check<Facts | null>[] = [
  {
    id: 'journal',
    judge: (facts, setup) =>
      judge(facts?.journal, setup, 'begun at the first start', 'keep the file as evidence; cardea verify says more'),
  },
  {
    id: 'replica',
    judge: (facts, setup) =>
      judge(
        facts?.replica,
        setup,
        'fetched from the office',
        'the controller sets it aside and fetches it again: restart it',
      ),
  },
];

function judge(fact: DatabaseFact | undefined, setup: Setup, begun: string, mend: string): Verdict {
  if (fact === undefined) return notApplicable('the config is not known');
  const { path, access, found, uid, openToOthers } = fact;
  if (access === 'missing') return notApplicable(`${path} is not there yet: ${begun}`);
  if (access === 'denied' || found === null) return notChecked(`${path} is not for this user`, 'sudo cardea doctor');
  if ('fault' in found)
    return problem(found.message, found.fault === 'newer-schema' ? 'install the newer version again' : mend);
  const { config, account } = setup;
  const foreign =
    config !== null && (found.site !== config.site || (found.controller ?? config.controller) !== config.controller);
  if (foreign) {
    const own = `${config.site}/${config.controller}`;
    return problem(
      `${path}: ${found.words}, but this is ${own}`,
      'give this controller a dataDir of its own, or correct the config',
    );
  }
  if (account !== null && account.uid !== 0 && uid !== account.uid) {
    return problem(
      `${path} does not belong to ${account.name}, who has to write it`,
      `sudo chown -R ${account.name} ${config?.dataDir ?? path}`,
    );
  }
  if (openToOthers) return warning(`${path} is open to others than its owner`, `sudo chmod 600 ${path}`);
  return ok(`${path}: ${found.words}`);
}

export const databases = area('Databases', gather, checks);
