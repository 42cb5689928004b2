import { expect, it } from 'vitest';
import { seededRandom, systemRandom } from '../../../daemon/clock/random.ts';

it('gives out no byte of the system twice, whatever sizes are asked for', () => {
  const taken = new Set<string>();
  for (let i = 0; i < 2_000; i++) taken.add(Buffer.from(systemRandom.bytes(16 + (i % 5))).toString('hex'));
  expect(taken.size).toBe(2_000);
  expect(systemRandom.bytes(10_000)).toHaveLength(10_000);
  expect(systemRandom.bytes(4096)).toHaveLength(4096);
  const zeros = Buffer.alloc(16).toString('hex');
  expect([...taken].some((hex) => hex.startsWith(zeros))).toBe(false);
});

it('repeats itself from a seed', () => {
  const [a, b, c] = [seededRandom('x'), seededRandom('x'), seededRandom('y')];
  expect(a.bytes(100)).toEqual(b.bytes(100));
  expect(a.bytes(8)).not.toEqual(c.bytes(8));
});
