import { describe, expect, it } from 'vitest';
import { SimulatedInput } from '../../../drivers/simulated/simulated-input.ts';

describe('the simulated input', () => {
  it('tells the level it finds, then each change of it', () => {
    const seen: boolean[] = [];
    const input = new SimulatedInput();
    input.move(true);
    input.open((active) => seen.push(active));
    for (const active of [true, false, false, true]) input.move(active);
    expect(seen).toEqual([true, false, true]);
  });

  it('is inactive until it is moved', () => {
    const seen: boolean[] = [];
    new SimulatedInput().open((active) => seen.push(active));
    expect(seen).toEqual([false]);
  });

  it('is silent after close', async () => {
    const seen: boolean[] = [];
    const input = new SimulatedInput();
    input.open((active) => seen.push(active));
    await input.close();
    input.move(true);
    expect(seen).toEqual([false]);
  });
});
