import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../../access/event.ts';
import { Meanwhile } from '../../../daemon/run/meanwhile.ts';

function given(): { meanwhile: Meanwhile; lines: string[]; recorded: EventDraft[]; end: () => void } {
  const lines: string[] = [];
  const recorded: EventDraft[] = [];
  const meanwhile = new Meanwhile((level, message) => lines.push(`${level}: ${message}`));
  return { meanwhile, lines, recorded, end: () => meanwhile.end((drafts) => recorded.push(...drafts)) };
}

function stepped(byMs: number): EventDraft {
  return { type: 'clock.stepped', data: { byMs } };
}

describe('while the doors are made anew', () => {
  it('records and acts wait, and are done once, records first', () => {
    const { meanwhile, lines, recorded, end } = given();
    const seen: number[] = [];
    meanwhile.act(() => seen.push(recorded.length));
    meanwhile.record(stepped(1));
    meanwhile.record(stepped(2));
    expect([recorded, seen]).toEqual([[], []]);
    end();
    end();
    expect(recorded).toEqual([stepped(1), stepped(2)]);
    expect([seen, lines]).toEqual([[2], []]);
  });

  it('an act that fails keeps no other from its turn', () => {
    const { meanwhile, lines, end } = given();
    const seen: string[] = [];
    meanwhile.act(() => {
      throw new Error('no room');
    });
    meanwhile.act(() => seen.push('second'));
    end();
    expect(seen).toEqual(['second']);
    expect(lines).toEqual([expect.stringContaining('no room')]);
  });

  it('1,000 records are kept, and of more the count is told', () => {
    const { meanwhile, lines, recorded, end } = given();
    for (let n = 0; n < 1_003; n++) meanwhile.record(stepped(n));
    end();
    expect([recorded.length, recorded.at(-1)]).toEqual([1_000, stepped(999)]);
    expect(lines).toEqual([expect.stringMatching(/^error: 3 events were not recorded/)]);
    end();
    expect(lines.length).toBe(1);
  });

  it('what waits when the daemon ends is told of', () => {
    const { meanwhile, lines, recorded, end } = given();
    meanwhile.record(stepped(1));
    meanwhile.drop();
    end();
    expect(recorded).toEqual([]);
    expect(lines).toEqual([expect.stringMatching(/^error: 1 events were not recorded/)]);
  });
});
