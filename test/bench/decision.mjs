// One decision on a site of some size against the look-ups that it needs: the same members in the same order, a few at a
// time in turns, so that what the machine does beside it meets both alike.

import { join } from 'node:path';
import Database from 'better-sqlite3';
import { credentialHash } from '../../dist/access/credential-hash.js';
import { decide } from '../../dist/access/entry/decide.js';
import { noSiteRules } from '../../dist/access/site-rules/settings.js';
import { businessDayAt } from '../../dist/access/time/business-day.js';
import { seededRandom } from '../../dist/daemon/clock/random.js';
import { realClock } from '../../dist/daemon/clock/real.js';
import { joinFacts } from '../../dist/daemon/controller/facts.js';
import { openJournal } from '../../dist/db/journal/open-journal.js';
import { openReplica } from '../../dist/db/replica/store.js';
import { figure, median, say } from './figures.mjs';
import { Floor } from './floor-lookups.mjs';
import { cardOf, door, kindOf, site, space, spread } from './members.mjs';

/** At most; of a small site, the most of it. */
const members = 4_000;
const rounds = 24;
/** Members that one side decides on before the other does. */
const turn = 200;
/** Decisions before anything is timed, at the least: until then the code is still being compiled. */
const warmUps = 20_000;
/** Visits that are open while it is measured, of other members. */
const visitors = 1_000;
const granting = { pass: true, plan: true, none: false };

/** @param all members of the replica */
export function measureDecision(folder, replicaFile, key, all) {
  const asked = Math.min(members, Math.floor(0.7 * all));
  const inside = Math.min(visitors, Math.floor(0.25 * all));
  const journalFile = join(folder, `journal-${all}.db`);
  const clock = realClock(() => true);
  const random = seededRandom('bench');
  const { journal } = openJournal({ file: journalFile, site, controller: 'bench', durability: 'none', clock, random });
  const replica = openReplica(replicaFile);
  const at = clock.now();
  const decideCard = decider({ journal, facts: joinFacts(replica, journal.facts), key, at });
  for (const index of spread(asked, inside, all)) {
    const { drafts, changes } = decideCard(cardOf(index), index);
    journal.commit(drafts, changes, { at });
  }
  const day = businessDayAt(replica.site.spaces.get(space), at.wallMs).label;
  const floor = new Floor({ replica: replicaFile, journal: journalFile, key, day });
  try {
    const list = spread(0, asked, all).map((index) => ({ index, card: cardOf(index), kind: kindOf(index) }));
    return compare(`decision on ${all.toLocaleString('en')} credentials`, list, decideCard, floor);
  } finally {
    floor.close();
    replica.close();
    journal.close();
  }
}

function decider({ journal, facts, key, at }) {
  const place = { id: door, space, kind: 'entrance', policy: 'strict' };
  const accessPoint = { ...place, exit: 'known', toggleMinStayMs: 60_000, siteRules: noSiteRules };
  const reader = { id: 'front-in', direction: 'in' };
  const minutes = 60_000;
  const settings = {
    bookingLeadMs: 10 * minutes,
    bookingTailMs: 10 * minutes,
    visitorLeadMs: 30 * minutes,
    presumedExitMs: 720 * minutes,
  };
  return (card, index) => {
    const hash = credentialHash(key, 'card', card);
    const tap = {
      at,
      id: `visit-${index}`,
      accessPoint,
      mode: 'controlled',
      modeBy: 'command',
      reader,
      credential: { type: 'card', hash },
      facts,
      settings,
    };
    return journal.reading(() => decide(tap));
  };
}

function compare(name, list, decideCard, floor) {
  const ours = ({ card, index }) => decideCard(card, index);
  const theirs = ({ card, kind }) => floor.lookUp(card, kind);
  for (const member of list) {
    if (ours(member).granted !== granting[member.kind]) throw new Error(`${member.card} was decided wrongly`);
    theirs(member);
  }
  for (let done = 0; done < warmUps; done += list.length)
    for (const act of [ours, theirs]) for (const member of list) act(member);
  const took = (members, act) => {
    const from = performance.now();
    for (const member of members) act(member);
    return (performance.now() - from) * 1000;
  };
  const measured = (members) => {
    const pairs = Array.from({ length: rounds }, (_, round) => {
      const sums = [0, 0];
      for (let from = 0; from < members.length; from += turn) {
        const some = members.slice(from, from + turn);
        const first = (round + from / turn) % 2;
        for (const side of [first, 1 - first]) sums[side] += took(some, side === 0 ? ours : theirs);
      }
      return sums.map((sum) => sum / members.length);
    });
    return [median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b))];
  };
  const parts = { pass: 'with a day pass', plan: 'with a plan', none: 'with nothing, denied' };
  const [all, limit] = measured(list);
  for (const [kind, words] of Object.entries(parts)) {
    const some = list.filter((member) => member.kind === kind);
    const [mine, raw] = measured(some);
    const counts = `${statementsOf(some, ours)} statements against ${statementsOf(some, theirs)}`;
    const share = `${((100 * some.length) / list.length).toFixed(0)} %`;
    say(
      `  ${share} ${words}: ${mine.toFixed(1)} us against ${raw.toFixed(1)} us (x${(mine / raw).toFixed(2)}), ${counts}`,
    );
  }
  say(`  statements a decision: ${statementsOf(list, ours)} ours, ${statementsOf(list, theirs)} raw`);
  return figure(name, all, limit, 'us', 1.5);
}

/** Statements per member, counted by taking the place of better-sqlite3's own functions for one pass. */
function statementsOf(members, act) {
  const probe = new Database(':memory:');
  const prototype = Object.getPrototypeOf(probe.prepare('SELECT 1'));
  const { get, all, run } = prototype;
  let count = 0;
  const counted = (own) =>
    function (...values) {
      count += 1;
      return own.apply(this, values);
    };
  Object.assign(prototype, { get: counted(get), all: counted(all), run: counted(run) });
  try {
    for (const member of members) act(member);
  } finally {
    Object.assign(prototype, { get, all, run });
    probe.close();
  }
  return (count / members.length).toFixed(2);
}
