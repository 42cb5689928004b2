// What is recorded of the site rules (rules.md C6a; interfaces.md section 5).

import { describe, expect, it } from 'vitest';
import { cards, linesOf, pins, type Step } from '../../../support/rules-world.ts';
import { area, guesses, inFloor, limit, lockOut, moves, required, taps, two } from './table.ts';

describe('what is recorded', () => {
  it('tells of the guessing once, when the reader is locked out', () => {
    const lines = linesOf({
      main: { lockOut },
      steps: guesses('09:00:00', '09:00:10', '09:00:20', '09:00:30', '09:00:40'),
    });
    const attacks = lines.filter(({ type }) => type === 'credential.attack');
    expect(attacks.map(({ data }) => data)).toEqual([{ attempts: 3, withinMs: 60_000, lockedOutMs: 300_000 }]);
  });

  it('rejects the check-in of every site rule', () => {
    const lines = linesOf({
      main: { ...required },
      steps: [
        ['09:00:00', 'in', cards.ana],
        ['09:00:05', 'in', pins.wrong],
      ],
    });
    const rejected = lines.filter(({ type }) => type === 'checkin.rejected').map(({ data }) => data?.reason);
    expect(rejected).toEqual(['pin-required', 'pin-wrong']);
  });

  it('tells of a duress PIN beside the grant, which looks as any other', () => {
    const lines = linesOf({
      main: required,
      steps: [
        ['09:00:00', 'in', cards.ana],
        ['09:00:05', 'in', pins.duress],
      ],
    });
    const [grant, duress] = lines.filter(({ type }) => type === 'access.granted' || type === 'access.duress');
    expect([grant?.type, duress?.type]).toEqual(['access.granted', 'access.duress']);
    expect(duress?.data).toEqual(grant?.data);
    expect(lines.filter(({ type }) => type === 'checkin.recorded')).toHaveLength(1);
  });

  it('tells of a duress PIN alone, and of one that does not open', () => {
    const alone = linesOf({ steps: [['09:00:00', 'in', pins.duress]] }).map(({ type }) => type);
    expect(alone.slice(1, 3)).toEqual(['access.granted', 'access.duress']);
    const shut = linesOf({ main: { pin: { use: 'never' } }, steps: [['09:00:00', 'in', pins.duress]] });
    expect(shut.map(({ type }) => type).slice(1, 3)).toEqual(['access.denied', 'access.duress']);
    expect(shut.some(({ state }) => state === 'unlocked')).toBe(false);
  });

  it('flags who comes in again where anti-passback is soft', () => {
    const steps = taps(['09:00:00', 'in', 'ana'], ['09:10:00', 'in', 'ana']);
    const grants = linesOf({ config: area('soft'), main: { ...inFloor, contact: null }, steps }).filter(
      ({ type }) => type === 'access.granted',
    );
    expect(grants.map(({ data }) => data?.violation)).toEqual([undefined, 'anti-passback']);
  });

  it('names the other of two who come together, with a visit each', () => {
    const lines = linesOf({ main: two, steps: taps(['09:00:00', 'in', 'ana'], ['09:00:20', 'in', 'ben']) });
    const grants = lines.filter(({ type }) => type === 'access.granted').map(({ data }) => data?.secondPerson);
    expect(grants).toEqual([
      { kind: 'customer', id: 'ana' },
      { kind: 'customer', id: 'ben' },
    ]);
    const visits = lines
      .filter(({ type }) => type === 'checkin.recorded')
      .map(({ data }) => [data?.customer, data?.visit]);
    expect(visits.map(([customer]) => customer)).toEqual(['ben', 'ana']);
    expect(new Set(visits.map(([, visit]) => visit)).size).toBe(2);
  });

  it('tells of both when nobody opens', () => {
    const lines = linesOf({
      main: two,
      steps: [
        moves('08:59:00', 'main', 'closed'),
        ...taps(['09:00:00', 'in', 'ana'], ['09:00:20', 'in', 'ben']),
        { at: '09:01:00' },
      ],
    });
    const missed = lines.filter(({ type }) => type === 'access.not-taken').map(({ data }) => data?.holder?.id);
    expect(missed).toEqual(['ben', 'ana']);
  });

  it('rejects the check-in where an unlocked door lets in one too many', () => {
    const steps: Step[] = [
      { at: '08:00:00', command: { type: 'mode', mode: 'unlocked', accessPoint: 'main', by: 'sam' } },
      ...taps(['09:00:00', 'in', 'ana'], ['09:01:00', 'in', 'ben']),
    ];
    const rejected = linesOf({ config: limit(1), steps }).filter(({ type }) => type === 'checkin.rejected');
    expect(rejected.map(({ data }) => data)).toEqual([{ customer: 'ben', space: 'berlin', reason: 'occupancy' }]);
  });
});
