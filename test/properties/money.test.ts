// What must hold of minutes and money over any history: nothing is used or charged twice, nothing is left over.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Replica, ScenarioFile, Step } from '../oracle/document.ts';
import type { Line } from '../oracle/state.ts';
import { Premise } from './premise.ts';
import { foundIn, livelyStories, msOf } from './story.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Taps of two people of a team, some seconds or hours apart. */
const taps = fc.array(
  fc.record({
    who: fc.constantFrom('ana', 'ben'),
    way: fc.constantFrom('in', 'out'),
    afterS: fc.oneof(fc.integer({ min: 11, max: 600 }), fc.integer({ min: 600, max: 6 * 3600 })),
  }),
  { minLength: 2, maxLength: 14 },
);

function team(minutes: number, own: boolean): Replica {
  const people = ['ana', 'ben'];
  return {
    format: 'cardea-replica/1',
    site: 'site',
    revision: 1,
    spaces: [{ id: 's', timeZone: 'Europe/Berlin', currency: 'EUR' }],
    timePasses: [{ id: 't', price: '6.00', currency: 'EUR', minutesIncluded: 60, validIn: ['s'] }],
    teams: [{ id: 'lab', sharesPasses: true }],
    customers: people.map((id) => ({ id, teams: ['lab'] })),
    credentials: people.map((id) => ({ id, type: 'qr', value: id, customer: id })),
    passes: [
      {
        id: 'p',
        timePass: 't',
        source: 'sold',
        remainingMinutes: minutes,
        ...(own ? { customer: 'ana' } : { team: 'lab' }),
      },
    ],
  };
}

const config: ScenarioFile['config'] = {
  site: 'site',
  controller: 'c1',
  accessPoints: [{ id: 'door', space: 's', kind: 'entrance', lock: { driver: 'simulated', unlockTime: '5s' } }],
  readers: (['in', 'out'] as const).map((direction) => ({
    id: direction,
    driver: 'simulated',
    accessPoint: 'door',
    direction,
  })),
};

/** Minutes of the pass that all check-outs together list. */
function usedMinutes(lines: readonly Line[]): number {
  const usage = lines
    .filter(({ type }) => type === 'checkout.recorded')
    .flatMap(({ data }) => data.usage as { minutes?: number }[]);
  return usage.reduce((sum, { minutes = 0 }) => sum + minutes, 0);
}

it('minutes used and minutes left are the minutes bought', { timeout: 300_000 }, () => {
  const premise = new Premise('minutes used and left: some are used and some are left');
  fc.assert(
    fc.property(taps, fc.integer({ min: 1, max: 600 }), fc.boolean(), (history, bought, own) => {
      let at = Date.parse('2026-03-02T07:00:00Z');
      const steps: Step[] = history.map(({ who, way, afterS }) => {
        at += afterS * 1000;
        return { at: new Date(at).toISOString(), present: { reader: way, credential: `qr:${who}` } };
      });
      // When everybody has been checked out, one more visit shows what is left: it runs out exactly then.
      const probe = Date.parse('2026-03-09T05:00:00Z');
      steps.push({ at: new Date(probe).toISOString(), present: { reader: 'in', credential: 'qr:ana' } });
      steps.push({ at: new Date(probe + 12 * hourMs).toISOString() });
      const lines = foundIn({ name: 'minutes', config, replica: team(bought, own), steps });
      const before = lines.filter(({ time }) => msOf(time) < probe);
      const shown = lines.filter(({ time }) => msOf(time) >= probe);
      const used = usedMinutes(before);
      const end = shown.find(({ type }) => type === 'coverage.exhausted');
      const left = end === undefined ? 0 : (msOf(end.time) - probe) / minuteMs;
      premise.met(used > 0 && left > 0);
      expect(shown[0]?.type).toBe(left > 0 ? 'access.granted' : 'access.denied');
      expect(used + left).toBe(bought);
    }),
    { seed: 20_260_303, numRuns: 120 },
  );
  premise.report();
});

interface Stay {
  readonly line: Line;
  readonly charges: readonly Line[];
}

function staysOf(lines: readonly Line[]): readonly Stay[] {
  return lines
    .filter(({ type }) => type === 'checkout.recorded')
    .map((line) => ({
      line,
      charges: lines.filter(({ type, data }) => type === 'charge.proposed' && data.visit === line.data.visit),
    }));
}

it('no instant is charged twice, and no visit is left open', { timeout: 300_000 }, () => {
  const premise = new Premise('no instant is charged twice: something is charged');
  fc.assert(
    fc.property(livelyStories, (file) => {
      const lines = foundIn(file);
      const charges = lines.filter(({ type }) => type === 'charge.proposed');
      premise.met(charges.length > 0);
      for (const { data } of charges) expect(data.amount).toMatch(/^\d+\.\d\d$/);
      const spans = charges.map(({ data }) => ({ customer: data.customer, from: msOf(data.from), to: msOf(data.to) }));
      for (const [index, one] of spans.entries()) {
        expect(one.from).toBeLessThan(one.to);
        const twice = spans
          .slice(index + 1)
          .filter((other) => other.customer === one.customer && other.from < one.to && one.from < other.to);
        expect(twice).toEqual([]);
      }
      const opened = lines.filter(({ type }) => type === 'checkin.recorded').map(({ data }) => data.visit);
      const closed = staysOf(lines).map(({ line }) => line.data.visit);
      expect([...closed].sort()).toEqual([...opened].sort());
    }),
    { seed: 20_260_304, numRuns: 120 },
  );
  premise.report();
});

/** Taps on whole minutes, and no day passes: then the minutes of the pieces add up to those of the stay. */
function byTheMinute(file: ScenarioFile): ScenarioFile {
  const { replica } = file;
  const timePasses = (replica.timePasses ?? []).map((each) => ({
    ...each,
    minutesIncluded: each.minutesIncluded ?? 60,
    soldWhole: false,
  }));
  const passes = (replica.passes ?? []).map((pass) => ({
    ...pass,
    remainingMinutes: pass.remainingMinutes ?? 45,
    usedOn: null,
    usedBy: null,
  }));
  const spaces = replica.spaces.map((space) => ({
    ...space,
    checkInRequiresPass: true,
    payAsYouGo: { members: true, contacts: true },
  }));
  // A team that draws on one pass together may share it in half minutes.
  const teams = (replica.teams ?? []).map((team) => ({ ...team, sharesPasses: false }));
  const steps = file.steps.map((step) => ({
    ...step,
    at: new Date(Math.floor(Date.parse(step.at) / minuteMs) * minuteMs).toISOString(),
  }));
  return { ...file, steps, replica: { ...replica, timePasses, passes, spaces, teams } };
}

it('what covers a stay tiles it exactly: passes, sales and what is open', { timeout: 300_000 }, () => {
  const premise = new Premise('a stay is tiled: by at least two pieces');
  fc.assert(
    fc.property(livelyStories, (story) => {
      const lines = foundIn(byTheMinute(story));
      const free = new Set(
        lines
          .filter(({ data }) => data.coverage === 'plan' || data.coverage === 'none-needed')
          .map(({ data }) => data.visit),
      );
      const late = new Set(lines.filter(({ data }) => data.source === 'door').map(({ data }) => data.visit));
      const stays = staysOf(lines).filter(
        ({ line }) => line.data.auto === false && !free.has(line.data.visit) && !late.has(line.data.visit),
      );
      for (const { line, charges } of stays) {
        const usage = line.data.usage as { pass: string; minutes: number }[];
        const uncovered = Number(line.data.uncoveredMinutes);
        const held = usage.reduce((sum, { minutes }) => sum + minutes, 0);
        expect(held + uncovered).toBe((msOf(line.data.to) - msOf(line.data.from)) / minuteMs);
        const sold = charges.reduce((sum, { data }) => sum + (msOf(data.to) - msOf(data.from)) / minuteMs, 0);
        expect(line.data.invoiced).toBe(sold === uncovered);
        expect(sold).toBeLessThanOrEqual(uncovered);
      }
      premise.met(stays.some(({ line, charges }) => (line.data.usage as unknown[]).length + charges.length > 1));
    }),
    { seed: 20_260_305, numRuns: 120 },
  );
  premise.report();
});
