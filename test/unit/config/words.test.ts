// The words of a problem: paths, what was found, hints, and what is never said.

import { describe, expect, it } from 'vitest';
import { foundText, nearest } from '../../../config/found.ts';
import { FileError, formatLogged, formatProblem, type KeyPath, keyPathText } from '../../../config/problem.ts';

describe('the words of a problem', () => {
  it.each<[KeyPath, string]>([
    [[], ''],
    [['readers', 1, 'accessPoint'], 'readers[1].accessPoint'],
    [[0, 'a'], '[0].a'],
    [['a b', 'x.y', ''], '["a b"]["x.y"][""]'],
  ])('%j', (path, expected) => {
    expect(keyPathText(path)).toBe(expected);
  });

  it('says file, line, column, path, found and allowed, or that it only warns', () => {
    const problem = { file: 'a.yaml', line: 3, column: 5, path: 'site', found: 'nothing', allowed: 'an id' };
    expect(formatProblem({ ...problem, severity: 'error' })).toBe('a.yaml:3:5 site: found nothing; allowed: an id');
    expect(formatProblem({ ...problem, severity: 'warning' })).toBe(
      'a.yaml:3:5 site: warning: nothing; allowed: an id',
    );
    expect(formatLogged({ ...problem, severity: 'warning' })).toBe('a.yaml:3:5 site: nothing; allowed: an id');
    const error = new FileError('a.yaml', [{ ...problem, severity: 'error' }]);
    expect([error.code, error.message]).toEqual(['bad-file', 'a.yaml:3:5 site: found nothing; allowed: an id']);
  });

  it.each<[unknown, KeyPath, string]>([
    [undefined, ['a'], 'nothing'],
    [null, ['a'], 'nothing'],
    ['x"y', ['a'], '"x\\"y"'],
    ['x'.repeat(100), ['a'], `"${'x'.repeat(60)}…"`],
    [5, ['a'], 'the number 5'],
    [[], ['a'], 'an empty list'],
    [[1, 2], ['a'], 'a list of 2'],
    [{}, ['a'], 'a mapping'],
    ['mqtts://me:word@host', ['a'], '"mqtts://…@host"'],
    ['4711', [], 'a text'],
    [4711, [], 'a number'],
    ['pin:4711', ['steps', 0], 'a text'],
    ['4711', ['credentials', 3, 'value'], 'a text'],
    [4711, ['credentials', 3, 'value'], 'a number'],
    ['4711', ['credentials', 3, 'valeu'], 'a text'],
    ['4711', ['credentials', 3], 'a text'],
    ['blokked', ['credentials', 3, 'status'], '"blokked"'],
    ['c 9', ['staff', 0, 'credentials', 0], '"c 9"'],
    ['pin4711', ['steps', 0, 'present', 'credential'], 'a text'],
    ['pin:4711', ['steps', 0, 'present'], 'a text'],
    ['i n', ['steps', 0, 'present', 'reader'], '"i n"'],
  ])('%j at %j', (value, path, expected) => {
    expect(foundText(value, path)).toBe(expected);
  });

  it.each([
    ['acessPoint', 'accessPoint'],
    ['AccessPoint', 'accessPoint'],
    ['direciton', 'direction'],
    ['ids', 'id'],
    ['banana', undefined],
  ])('%s is near %s', (word, expected) => {
    expect(nearest(word, ['id', 'accessPoint', 'direction'])).toBe(expected);
  });
});
