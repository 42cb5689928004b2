import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { KeeperCore } from '../../../drivers/keeper/keeper-core.ts';
import type { FromKeeper } from '../../../drivers/keeper/messages.ts';

const output = { driver: 'simulated', file: null } as const;
const lines = [
  { accessPoint: 'shut', failSafe: false, output },
  { accessPoint: 'free', failSafe: true, output },
];

/** A keeper on virtual time; `driven` is what its lines did, `broken` names the lines that cannot move, `moved` those that a stranger moves,
 * `settling` those that cannot be moved once. */
function given(): {
  clock: VirtualClock;
  core: KeeperCore;
  driven: string[];
  broken: Set<string>;
  moved: Set<string>;
  settling: Set<string>;
  sent: () => FromKeeper[];
} {
  const clock = new VirtualClock(0);
  const driven: string[] = [];
  const broken = new Set<string>();
  const moved = new Set<string>();
  const settling = new Set<string>();
  const sent: FromKeeper[] = [];
  const core = new KeeperCore(
    {
      nowMs: () => clock.now().sinceBootMs,
      stamp: () => '',
      after: (delayMs, task) => void clock.after('keeper', delayMs, task),
      nextTurn: (task) => void clock.after('turn', 0, task),
    },
    ({ accessPoint }) => ({
      drive: (state) => {
        if (broken.has(accessPoint)) throw new Error('stuck relay');
        if (settling.delete(accessPoint)) throw Object.assign(new Error('not yet'), { code: 'line-settling' });
        driven.push(`${accessPoint} ${state}`);
      },
      check: () => {
        if (moved.delete(accessPoint)) throw new Error('moved by a stranger');
      },
      release: () => driven.push(`${accessPoint} let go`),
    }),
    (message) => sent.push(message),
  );
  return { clock, core, driven, broken, moved, settling, sent: () => sent.splice(0) };
}

describe('the keeper', () => {
  it('drives every line safe before it is ready', () => {
    const { core, driven, sent } = given();
    expect(core.receive({ type: 'hold', lines })).toBe(true);
    expect(driven).toEqual(['shut locked', 'free unlocked']);
    expect(sent()).toEqual([{ type: 'ready' }]);
  });

  it('follows what is set, and only changes move a line', () => {
    const { core, driven } = given();
    core.receive({ type: 'hold', lines });
    driven.length = 0;
    for (const state of ['locked', 'unlocked', 'unlocked', 'locked'] as const) {
      core.receive({ type: 'set', accessPoint: 'shut', state });
    }
    core.receive({ type: 'set', accessPoint: 'nowhere', state: 'unlocked' });
    expect(driven).toEqual(['shut unlocked', 'shut locked']);
  });

  it('answers each beat, and holds still while they come', () => {
    const { clock, core, driven, sent } = given();
    core.receive({ type: 'hold', lines });
    core.receive({ type: 'set', accessPoint: 'shut', state: 'unlocked' });
    driven.length = 0;
    sent();
    for (let beat = 0; beat < 100; beat++) {
      clock.advance(1_499);
      core.receive({ type: 'beat' });
    }
    expect(driven).toEqual([]);
    expect(sent()).toEqual(Array(100).fill({ type: 'beat' }));
  });

  it('drives every line safe after a second and a half of silence, and says so when it hears again', () => {
    const { clock, core, driven, sent } = given();
    core.receive({ type: 'hold', lines });
    core.receive({ type: 'set', accessPoint: 'shut', state: 'unlocked' });
    core.receive({ type: 'set', accessPoint: 'free', state: 'locked' });
    driven.length = 0;
    sent();
    clock.advance(1_499);
    expect(driven).toEqual([]);
    clock.advance(1);
    expect(driven).toEqual(['shut locked', 'free unlocked']);
    clock.advance(60_000);
    expect(sent()).toEqual([]);
    core.receive({ type: 'beat' });
    expect(sent()).toEqual([{ type: 'lapsed', silentMs: 61_500 }, { type: 'beat' }]);
    expect(driven).toEqual(['shut locked', 'free unlocked']);
    core.receive({ type: 'set', accessPoint: 'shut', state: 'unlocked' });
    clock.advance(1_500);
    expect(driven.slice(2)).toEqual(['shut unlocked', 'shut locked']);
  });

  it('counts what was said while the keeper itself was held up', () => {
    const { clock, core, driven } = given();
    core.receive({ type: 'hold', lines });
    core.receive({ type: 'set', accessPoint: 'shut', state: 'unlocked' });
    // The beat is read in the same turn in which the wait for it ends: after the timer, before the decision.
    clock.after('late input', 1_500, () => core.receive({ type: 'beat' }));
    clock.advance(1_600);
    expect(driven.at(-1)).toBe('shut unlocked');
  });

  it('reports a line that cannot move once, tries it at each beat, and reports when it moves again', () => {
    const { core, driven, broken, sent } = given();
    core.receive({ type: 'hold', lines });
    sent();
    broken.add('shut');
    core.receive({ type: 'set', accessPoint: 'shut', state: 'unlocked' });
    core.receive({ type: 'beat' });
    expect(sent()).toEqual([{ type: 'stuck', accessPoint: 'shut', message: 'stuck relay' }, { type: 'beat' }]);
    broken.clear();
    core.receive({ type: 'beat' });
    expect(driven.at(-1)).toBe('shut unlocked');
    expect(sent()).toEqual([{ type: 'beat' }]);
    core.receive({ type: 'beat' });
    expect(sent()).toEqual([{ type: 'freed', accessPoint: 'shut' }, { type: 'beat' }]);
  });

  it('drives a line back that it finds otherwise than it was driven, and says so', () => {
    const { core, driven, moved, sent } = given();
    core.receive({ type: 'hold', lines });
    sent();
    driven.length = 0;
    moved.add('shut');
    core.receive({ type: 'beat' });
    expect(driven).toEqual(['shut locked']);
    expect(sent()).toEqual([{ type: 'stuck', accessPoint: 'shut', message: 'moved by a stranger' }, { type: 'beat' }]);
    // A line that is moved again and again is told of once.
    moved.add('shut');
    core.receive({ type: 'beat' });
    expect(driven).toEqual(['shut locked', 'shut locked']);
    expect(sent()).toEqual([{ type: 'beat' }]);
    core.receive({ type: 'beat' });
    expect(sent()).toEqual([{ type: 'freed', accessPoint: 'shut' }, { type: 'beat' }]);
  });

  it('says nothing of a line that is only just being made, and drives it at the next beat', () => {
    const { core, driven, settling, sent } = given();
    settling.add('shut');
    core.receive({ type: 'hold', lines });
    expect([driven, sent()]).toEqual([['free unlocked'], [{ type: 'ready' }]]);
    core.receive({ type: 'beat' });
    core.receive({ type: 'beat' });
    expect(driven).toEqual(['free unlocked', 'shut locked']);
    expect(sent()).toEqual([{ type: 'beat' }, { type: 'beat' }]);
  });

  it('drives the other lines safe when one cannot move', () => {
    const { core, driven, broken, sent } = given();
    broken.add('shut');
    core.receive({ type: 'hold', lines });
    expect(driven).toEqual(['free unlocked']);
    expect(sent().map(({ type }) => type)).toEqual(['stuck', 'ready']);
  });

  it('drives a line again that failed on its way back to where it was', () => {
    const { core, driven, broken } = given();
    core.receive({ type: 'hold', lines });
    broken.add('shut');
    core.receive({ type: 'set', accessPoint: 'shut', state: 'unlocked' });
    broken.clear();
    core.receive({ type: 'set', accessPoint: 'shut', state: 'locked' });
    expect(driven).toEqual(['shut locked', 'free unlocked', 'shut locked']);
  });

  it('leaves a line that it holds already as it is when the lines change, and lets go of one that changed, safe', () => {
    const { clock, core, driven, sent } = given();
    core.receive({ type: 'hold', lines });
    core.receive({ type: 'set', accessPoint: 'shut', state: 'unlocked' });
    core.receive({ type: 'set', accessPoint: 'free', state: 'locked' });
    driven.length = 0;
    sent();
    const shut = { accessPoint: 'shut', failSafe: true, output } as const;
    core.receive({ type: 'hold', lines: [shut, { ...shut, accessPoint: 'new' }, ...lines.slice(1)] });
    expect(driven).toEqual(['shut locked', 'shut let go', 'shut unlocked', 'new unlocked']);
    expect(sent()).toEqual([{ type: 'ready' }]);
    core.receive({ type: 'set', accessPoint: 'free', state: 'unlocked' });
    core.receive({ type: 'set', accessPoint: 'new', state: 'locked' });
    expect(driven.slice(4)).toEqual(['free unlocked', 'new locked']);
    // One silence, one fall.
    driven.length = 0;
    clock.advance(1_500);
    expect(driven).toEqual(['new unlocked']);
  });

  it('takes a line from one lock and gives it to another in one change', () => {
    const { core, driven } = given();
    const at = (accessPoint: string, file: string) =>
      ({ accessPoint, failSafe: false, output: { driver: 'simulated', file } }) as const;
    core.receive({ type: 'hold', lines: [at('a', '1'), at('b', '2')] });
    driven.length = 0;
    core.receive({ type: 'hold', lines: [at('a', '2'), at('b', '1')] });
    expect(driven).toEqual(['a let go', 'b let go', 'a locked', 'b locked']);
  });

  it('lets go of the other lines when one cannot be driven', () => {
    const { core, driven, broken, sent } = given();
    core.receive({ type: 'hold', lines });
    core.receive({ type: 'set', accessPoint: 'shut', state: 'unlocked' });
    broken.add('shut');
    driven.length = 0;
    sent();
    core.receive({ type: 'hold', lines: [] });
    expect(driven).toEqual(['shut let go', 'free let go']);
    expect(sent().map(({ type }) => type)).toEqual(['stuck', 'ready']);
  });

  it('is safe when it is told to stop', () => {
    const { core, driven } = given();
    core.receive({ type: 'hold', lines });
    core.receive({ type: 'set', accessPoint: 'shut', state: 'unlocked' });
    expect(core.receive({ type: 'stop' })).toBe(false);
    expect(driven.at(-1)).toBe('shut locked');
  });
});
