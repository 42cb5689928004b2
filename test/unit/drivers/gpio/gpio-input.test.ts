// A GPIO input on virtual time: late edges, lost edges, a line that goes and comes back.

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../../daemon/clock/virtual.ts';
import { GpioError } from '../../../../drivers/gpio/gpio-error.ts';
import { GpioInput } from '../../../../drivers/gpio/gpio-input.ts';
import type { EdgeEvents } from '../../../../drivers/gpio/line.ts';

/** A line with edges that wait to be read, as the kernel keeps them. */
class Line {
  readonly clock = new VirtualClock(0);
  readonly told: unknown[] = [];
  level = false;
  refusal: GpioError | null = null;
  tries = 0;
  open = 0;
  #waiting: ((events: EdgeEvents) => void)[] = [];
  #events: EdgeEvents | null = null;

  input(debounceMs = 30): GpioInput {
    const input = new GpioInput((events) => this.#take(events), debounceMs, this.clock, seededRandom('line'));
    input.open(
      (active) => this.told.push(active),
      (fault) => this.told.push(fault === null ? 'well' : fault.code),
    );
    return input;
  }

  /** An edge that is dated now, and read when the loop gets round to it. */
  edge(active: boolean): void {
    const atMs = this.clock.now().sinceBootMs;
    this.level = active;
    this.#waiting.push((events) => events.edge(active, atMs));
  }

  /** The kernel's queue was too short: what waits is gone. */
  overflow(): void {
    const atMs = this.clock.now().sinceBootMs;
    this.#waiting = [(events) => events.lost(atMs)];
  }

  /** The main loop turns. */
  read(): void {
    for (const happen of this.#waiting.splice(0)) if (this.#events !== null) happen(this.#events);
  }

  vanish(): void {
    const events = this.#events;
    this.refusal = new GpioError('chip-missing', 'no such chip');
    this.#events = null;
    this.open--;
    events?.gone(new GpioError('chip-gone', 'pulled out'));
  }

  #take(events: EdgeEvents) {
    this.tries++;
    if (this.refusal !== null) throw this.refusal;
    this.open++;
    this.#events = events;
    this.#waiting = [];
    return {
      drain: () => this.read(),
      level: () => this.level,
      close: () => {
        if (this.#events === events) this.open--;
        this.#events = null;
      },
    };
  }
}

/** A line that is low, and an input on it that has told so. */
function given(debounceMs = 30): { line: Line; input: GpioInput } {
  const line = new Line();
  const input = line.input(debounceMs);
  line.clock.advance(debounceMs);
  return { line, input };
}

describe('a GPIO input', () => {
  it('tells the level that it finds once that has lasted, and no level of a contact that bounces just then', () => {
    const line = new Line();
    line.level = true;
    line.input();
    line.clock.advance(12);
    line.edge(false);
    line.read();
    line.clock.advance(29);
    expect(line.told).toEqual([]);
    line.clock.advance(1);
    expect(line.told).toEqual([false]);
    line.clock.advance(60_000);
    expect(line.told).toEqual([false]);
  });

  it('takes no level for found that it had begun to watch before its line was lost', () => {
    const line = new Line();
    line.level = true;
    line.input();
    line.clock.advance(20);
    line.vanish();
    line.refusal = null;
    line.level = false;
    line.clock.advance(60_000);
    expect(line.told).toEqual(['chip-gone', 'well', false]);
  });

  it('tells a change once its debounce is over, and not a moment before', () => {
    const { line } = given();
    line.clock.advance(1_000);
    line.edge(true);
    line.read();
    line.clock.advance(29);
    expect(line.told).toEqual([false]);
    line.clock.advance(1);
    expect(line.told).toEqual([false, true]);
  });

  it('goes by the times of edges that it reads late', () => {
    const { line } = given();
    line.edge(true);
    line.clock.advance(40);
    line.edge(false);
    line.clock.advance(10);
    line.edge(true);
    line.clock.advance(5);
    line.edge(false);
    line.read();
    line.clock.advance(1_000);
    expect(line.told).toEqual([false, true, false]);
  });

  it('takes a level for lasting only when it has read what waits', () => {
    const { line } = given();
    line.edge(true);
    line.read();
    line.clock.advance(20);
    line.edge(false);
    // Nobody reads: the wait for the debounce ends first.
    line.clock.advance(500);
    expect(line.told).toEqual([false]);
  });

  it('looks at what waits once a second, whatever tells of it', () => {
    const { line } = given();
    line.edge(true);
    line.clock.advance(1_031);
    expect(line.told).toEqual([false, true]);
  });

  it('does not count a level whose edges were lost as lasting', () => {
    const { line } = given();
    line.edge(true);
    line.read();
    line.clock.advance(29);
    line.overflow();
    line.read();
    line.clock.advance(29);
    expect(line.told).toEqual([false]);
    line.clock.advance(1);
    expect(line.told).toEqual([false, true]);
  });

  it('tells once that its line is lost, tries with longer and longer waits, and tells what it finds then', () => {
    const { line } = given();
    line.vanish();
    line.clock.advance(60_000);
    expect(line.told).toEqual([false, 'chip-gone']);
    // 250 ms, doubling, at most 10 s apart.
    expect(line.tries).toBeGreaterThan(8);
    expect(line.tries).toBeLessThan(15);
    line.level = true;
    line.refusal = null;
    line.clock.advance(10_000);
    expect(line.told).toEqual([false, 'chip-gone', 'well', true]);
  });

  it('does not count a level from before the loss as lasting through it', () => {
    const { line } = given();
    line.edge(true);
    line.read();
    line.clock.advance(5);
    line.vanish();
    line.level = false;
    line.refusal = null;
    line.clock.advance(60_000);
    expect(line.told).toEqual([false, 'chip-gone', 'well']);
  });

  it('says at the start that its line is not there, and waits for it', () => {
    const line = new Line();
    line.level = true;
    line.refusal = new GpioError('line-busy', 'held by somebody');
    line.input();
    expect(line.told).toEqual(['line-busy']);
    line.refusal = null;
    line.clock.advance(60_000);
    expect(line.told).toEqual(['line-busy', 'well', true]);
  });

  it('says nothing of a line that is only just being made', () => {
    const line = new Line();
    line.refusal = new GpioError('line-settling', 'exported just now');
    line.input();
    line.refusal = null;
    line.clock.advance(280);
    expect(line.told).toEqual([false]);
  });

  it('releases its line on close, and does not try for one any more', async () => {
    const { line, input } = given();
    await input.close();
    expect(line.open).toBe(0);
    const lost = given();
    lost.line.vanish();
    const before = lost.line.tries;
    await lost.input.close();
    lost.line.clock.advance(60_000);
    expect(lost.line.tries).toBe(before);
    expect(lost.line.told).toEqual([false, 'chip-gone']);
  });
});
