// The simulator finds what is planted, each within 200 worlds, and the worlds in which it found it are clean without it.

import { describe, expect, it } from 'vitest';
import * as plants from './plants/plants.ts';
import { simulate } from './simulate.ts';
import type { SimPlants } from './world/plant.ts';

const mostSeeds = 200;
const ofAgreement = /^(inside|presumed|visitors|use|plan|proposed|oversold)$/;
const clean = new Map<number, Promise<readonly unknown[]>>();

function cleanOf(seed: number): Promise<readonly unknown[]> {
  const found = clean.get(seed) ?? simulate({ seed, days: 1 }).then((outcome) => outcome.found);
  clean.set(seed, found);
  return found;
}

async function find(plant: SimPlants): Promise<{ seed: number; check: string }> {
  for (let seed = 1; seed <= mostSeeds; seed++) {
    const { found } = await simulate({ seed, days: 1, plants: plant, stopAtFirst: true });
    if (found[0] !== undefined) return { seed, check: found[0].check };
  }
  throw new Error(`not found within ${mostSeeds} seeds`);
}

describe('what is planted is found', () => {
  it.each([
    ['the outbox is emptied on PUBACK', plants.emptiedOnPuback, /^(acknowledged|union|settled)$/],
    ['the lock moves before the commit', plants.openedBeforeCommit, /^release$/],
    ['a sequence number is given out again', plants.reusedNumber, /^(chain|sequence)$/],
    ['a replica is applied by half', plants.halfApplied, /^replica$/],
    ['a delta is applied by half', plants.halfRevised, /^replica$/],
    ['a record of a peer is lost, and not asked for', plants.lostPeerRecord, ofAgreement],
    ['peers are merged in order of arrival', plants.mergedByArrival, ofAgreement],
    ['what was spent twice is never said', plants.neverOversold, /^oversold$/],
    ['a command is carried out twice', plants.forgottenCommands, /^command$/],
  ])('%s', async (_, plant, expected) => {
    const { seed, check } = await find(plant);
    expect(check).toMatch(expected);
    expect(await cleanOf(seed)).toEqual([]);
  });
});
