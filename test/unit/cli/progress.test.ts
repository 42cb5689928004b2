// Long work on a terminal: one line, drawn seldom, gone at the end; and nothing of it anywhere else.

import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Progress, type Terminal, withProgress } from '../../../daemon/cli/progress.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { Program } from '../../support/process.ts';
import { Bench } from './bench.ts';
import { journalFile } from './journal-file.ts';

const launcher = fileURLToPath(new URL('../../../bin/cardea.mjs', import.meta.url));

/** What a terminal of that width shows in its line, and everything that was written to it. */
class Screen implements Terminal {
  readonly columns: number;
  readonly written: string[] = [];
  line = '';
  constructor(columns = 80) {
    this.columns = columns;
  }
  write(text: string): void {
    this.written.push(text);
    for (const part of text.split('\r').slice(1)) this.line = part + this.line.slice(part.length);
    expect(this.line.length).toBeLessThan(this.columns);
  }
}

describe('a line of progress', () => {
  it('is drawn at most ten times a second, and at once for a new stage', () => {
    const [clock, terminal] = [new VirtualClock(0), new Screen()];
    const progress = new Progress({ clock, terminal });
    for (let done = 0; done < 1000; done++) {
      progress.show('copying', done, 1000);
      clock.advance(1);
    }
    expect(terminal.written).toHaveLength(10);
    expect(terminal.line).toBe('copying 90 %');
    progress.show('checking', 0, 0);
    expect(terminal.line.trimEnd()).toBe('checking');
    progress.clear();
    expect(terminal.line.trim()).toBe('');
    progress.clear();
    expect(terminal.written).toHaveLength(12);
  });

  it('keeps to its line on a narrow terminal', () => {
    const terminal = new Screen(10);
    new Progress({ clock: new VirtualClock(0), terminal }).show('a stage with a long name', 1, 2);
    expect(terminal.line).toBe('a stage w');
  });

  it('is gone where the work failed, and never there for a program', async () => {
    const [clock, terminal] = [new VirtualClock(0), new Screen()];
    const failing = withProgress({ clock, terminal }, false, (progress) => {
      progress.show('copying', 1, 2);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(terminal.line.trim()).toBe('');
    const quiet = new Screen();
    await withProgress({ clock, terminal: quiet }, true, (progress) => progress.show('copying', 1, 2));
    await withProgress({ clock, terminal: null }, false, (progress) => progress.show('copying', 1, 2));
    expect(quiet.written).toEqual([]);
  });
});

describe('commands on a terminal', () => {
  let bench: Bench;
  const programs: Program[] = [];
  beforeEach(() => {
    bench = new Bench();
    journalFile(bench.path('journal.db'), bench.clock, [{ type: 'door.opened', data: {} }]).close();
  });
  afterEach(async () => {
    await Promise.all(programs.splice(0).map((program) => program.end()));
    bench.remove();
  });

  /** In a real pty: stdout and stderr are one terminal. */
  function onTerminal(...args: string[]): Program {
    const words = [execPath, launcher, ...args].map((word) => `'${word}'`).join(' ');
    const program = new Program('script', ['-qec', words, '/dev/null']);
    programs.push(program);
    return program;
  }

  it.each([
    ['verify', (): string[] => ['--db', bench.path('journal.db')], /^checking/],
    [
      'backup',
      (): string[] => [bench.path('b.tar.gz'), '--db', bench.path('journal.db')],
      /^(copying|checking|packing)/,
    ],
  ])('%s shows how far it is, and then what it found', async (name, args, pattern) => {
    const program = onTerminal(name, ...args());
    expect([await program.exit, program.lines]).toEqual([0, program.lines]);
    expect(program.lines.some((line) => pattern.test(line))).toBe(true);
    expect(program.lines.at(-1)).toMatch(/1 records/);
    const quiet = onTerminal(name, ...args(), '--json', ...(name === 'backup' ? ['--force'] : []));
    expect(await quiet.exit).toBe(0);
    expect(quiet.lines).toHaveLength(1);
    expect(JSON.parse(quiet.lines[0] ?? '')).toHaveProperty('file');
  });

  it('write nothing of it to a pipe', async () => {
    const program = new Program(execPath, [launcher, 'verify', '--db', bench.path('journal.db')]);
    programs.push(program);
    expect(await program.exit).toBe(0);
    expect(program.lines).toEqual([expect.stringContaining('good, 1 records')]);
  });
});
