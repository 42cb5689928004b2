// The locks on real lines keep the same contract in the virtual machine (test/vm, step gpio).

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../daemon/clock/random.ts';
import { realClock } from '../../daemon/clock/real.ts';
import { KeeperLink } from '../../drivers/keeper/keeper-link.ts';
import type { LockState } from '../../drivers/port.ts';
import { MemoryLocks } from '../../drivers/simulated/memory-lock.ts';
import { lockStates } from '../support/lock-file.ts';
import { describeContract } from './describe-contract.ts';
import { lockCases } from './lock.contract.ts';

describeContract('the lock port, kept by locks in memory', lockCases, async () => {
  const states: Record<string, LockState[]> = { shut: ['locked'], free: ['unlocked'] };
  const lines = [
    { accessPoint: 'shut', failSafe: false },
    { accessPoint: 'free', failSafe: true },
  ];
  const locks = new MemoryLocks(lines, (accessPoint, state) => states[accessPoint]?.push(state));
  return {
    sink: locks,
    states: (accessPoint) => [...(states[accessPoint] ?? [])],
    end: async () => locks.fall(),
    close: async () => locks.fall(),
  };
});

describeContract('the lock port, kept by simulated locks with a file, held by the keeper', lockCases, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cardea-lock-'));
  const file = join(folder, 'locks');
  const output = { driver: 'simulated', file } as const;
  const lines = [
    { accessPoint: 'shut', failSafe: false, output },
    { accessPoint: 'free', failSafe: true, output },
  ];
  const faults: string[] = [];
  const link = new KeeperLink(
    lines,
    realClock(() => true),
    seededRandom('contract'),
    {
      fault: (accessPoint, { message }) => faults.push(`${accessPoint}: ${message}`),
      restored: () => undefined,
      lapsed: () => undefined,
    },
  );
  await link.ready;
  return {
    sink: link,
    states: (accessPoint) => lockStates(file, accessPoint),
    end: () => link.close(),
    close: async () => {
      await link.close();
      await rm(folder, { recursive: true });
      if (faults.length > 0) throw new Error(faults.join('\n'));
    },
  };
});
