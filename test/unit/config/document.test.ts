// The text of a file: values, positions, and every way in which a text can be bad.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../config/document.ts';
import { fault } from '../../../config/finding.ts';
import { FileError, formatProblem, type KeyPath } from '../../../config/problem.ts';

function problemsOf(text: string, file: string): string[] {
  try {
    return parseDocument(text, file).problems.map(formatProblem);
  } catch (error) {
    if (error instanceof FileError) return error.problems.map(formatProblem);
    throw error;
  }
}

function place(text: string, file: string, path: KeyPath, at: 'key' | 'value' = 'value'): string {
  const [problem] = parseDocument(text, file).problemsAt([fault(path, 'x', 'y', at)]);
  return problem === undefined ? '' : `${problem.line}:${problem.column}`;
}

describe('positions', () => {
  const yaml =
    'site: a\nreaders:\n  - id: one\n    driver: x\n  - { id: two, path: &p /dev/a }\nmore:\n  copy: *p\nempty:\n';
  const json =
    '{ "site": "a",\n  "readers": [\n    { "id": "one" },\n    {"id": "two", "path": "\\u002fdev" }],\n  "none": null }';
  const rows: [string, string, KeyPath, 'key' | 'value', string][] = [
    ['c.yaml', yaml, ['site'], 'key', '1:1'],
    ['c.yaml', yaml, ['site'], 'value', '1:7'],
    ['c.yaml', yaml, ['readers'], 'value', '3:3'],
    ['c.yaml', yaml, ['readers', 0, 'driver'], 'value', '4:13'],
    ['c.yaml', yaml, ['readers', 1], 'value', '5:5'],
    ['c.yaml', yaml, ['readers', 1, 'path'], 'key', '5:16'],
    ['c.yaml', yaml, ['readers', 1, 'missing', 'deeper'], 'value', '5:5'],
    ['c.yaml', yaml, ['more', 'copy'], 'value', '7:9'],
    ['c.yaml', yaml, ['empty'], 'key', '8:1'],
    ['c.yaml', yaml, ['gone'], 'value', '1:1'],
    ['c.json', json, ['site'], 'key', '1:3'],
    ['c.json', json, ['site'], 'value', '1:11'],
    ['c.json', json, ['readers', 1, 'path'], 'value', '4:27'],
    ['c.json', json, ['readers', 1, 'gone'], 'value', '4:5'],
    ['c.json', json, ['none'], 'value', '5:11'],
    ['c.json', json, [], 'value', '1:1'],
  ];
  it.each(rows)('%s row %#: %j', (file, text, path, at, expected) => {
    expect(place(text, file, path, at)).toBe(expected);
  });

  it('reads JSON and YAML to the same value', () => {
    const text = '{"a": [1, -2.5e3, "x\\n\\u00e9", true, null], "b": {"": {}}}';
    expect(parseDocument(text, 'x.json').value).toEqual(parseDocument(text, 'x.yaml').value);
  });

  it('agrees with the engine on every JSON value, and finds each part of it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.nat(2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const document = parseDocument(text, 'x.json');
        expect(document.value).toEqual(JSON.parse(text));
        expect(document.problems).toEqual([]);
        const [problem] = document.problemsAt([fault(['no', 0, 'such'], 'x', 'y')]);
        expect(problem?.line).toBeGreaterThan(0);
      }),
      { seed: 7 },
    );
  });
});

describe('bad texts', () => {
  const deep = (open: string, count: number): string => open.repeat(count);
  const bomb = Array.from(
    { length: 9 },
    (_, i) =>
      `a${i}: &a${i} [${Array(9)
        .fill(i === 0 ? 'x' : `*a${i - 1}`)
        .join(', ')}]`,
  );
  const rows: [string, string, string, string[]][] = [
    [
      'two equal keys',
      'c.yaml',
      'a: 1\nb:\n  c: 1\n  c: 2\n',
      ['c.yaml:4:3 b.c: found a key that is already there; allowed: each key once in a mapping'],
    ],
    [
      'two equal keys in JSON',
      'c.json',
      '{"a": {"b": 1,\n "b": 2}, "\\u0061": 3}',
      [
        'c.json:2:2 a.b: found a key that is already there; allowed: each key once in a mapping',
        'c.json:2:11 a: found a key that is already there; allowed: each key once in a mapping',
      ],
    ],
    ['a tab', 'c.yaml', 'a:\n\tb: 1\n', ['c.yaml:2:1: found a tab; allowed: spaces']],
    [
      'a bracket left open',
      'c.yaml',
      'a: [1, 2\nb: 3\n',
      [
        'c.yaml:2:1 b: found an indent that fits nothing above it, or a bracket that is not closed; allowed: one indent for all keys of a mapping, and every [ and { closed',
      ],
    ],
    [
      'an unknown escape',
      'c.yaml',
      'a: "\\q"\nb: 1',
      [
        'c.yaml:1:5 a: found an unknown escape in a text in double quotes; allowed: \\" \\\\ \\n \\t \\uXXXX, or single quotes',
      ],
    ],
    ['a tag', 'c.yaml', 'a: !!binary aGk=\n', ['c.yaml:1:4 a: found a tag that is not known here; allowed: no tags']],
    [
      'two documents',
      'c.yaml',
      'a: 1\n---\nb: 2\n',
      ['c.yaml:2:1: found a second document (---); allowed: one document in a file'],
    ],
    [
      'an alias of nothing',
      'c.yaml',
      'a: *b\n',
      ['c.yaml:1:4 a: found an alias of nothing; allowed: an alias of an anchor that stands before it'],
    ],
    [
      'an alias of itself',
      'c.yaml',
      'a: &x [1, *x]\n',
      ['c.yaml:1:11 a[1]: found an alias of what it stands in; allowed: an alias of another value'],
    ],
    [
      'aliases that explode',
      'c.yaml',
      bomb.join('\n'),
      ['c.yaml:5:10 a4[0]: found an alias that stands for too much; allowed: at most 10000 values through aliases'],
    ],
    [
      'deep brackets',
      'c.yaml',
      deep('[', 100_000),
      ['c.yaml:1:1: found more than 64 levels of nesting; allowed: at most 64 levels'],
    ],
    [
      'deep dashes',
      'c.yaml',
      deep('- ', 100_000),
      ['c.yaml:1:1: found more than 64 levels of nesting; allowed: at most 64 levels'],
    ],
    [
      'deep keys',
      'c.yaml',
      deep('a: ', 100_000),
      ['c.yaml:1:1: found more than 64 levels of nesting; allowed: at most 64 levels'],
    ],
    [
      'deep JSON',
      'c.json',
      `${deep('[', 65)}${deep(']', 65)}`,
      [`c.json:1:65 ${deep('[0]', 64)}: found more than 64 levels; allowed: at most 64 levels`],
    ],
    [
      'deeper JSON',
      'c.json',
      `${deep('[', 100_000)}${deep(']', 100_000)}`,
      [`c.json:1:65 ${deep('[0]', 64)}: found more than 64 levels; allowed: at most 64 levels`],
    ],
    [
      'a comma too many',
      'c.json',
      '{"a": [1, 2,\n]}',
      [
        'c.json:2:1 a[2]: found the character ]; allowed: a value: an object, a list, a text in double quotes, a number, true, false, null',
      ],
    ],
    ['a comma too few', 'c.json', '{"a": 1\n "b": 2}', ['c.json:2:2: found the character "; allowed: a comma or }']],
    [
      'no end',
      'c.json',
      '{"a": "b',
      ['c.json:1:9 a: found the end of the text; allowed: a closing double quote, and control characters as \\u00XX'],
    ],
    [
      'more after the end',
      'c.json',
      '{} {}',
      ['c.json:1:4: found more text after the end of the value; allowed: one value in a file'],
    ],
    [
      'nothing',
      'c.json',
      '',
      [
        'c.json:1:1: found the end of the text; allowed: a value: an object, a list, a text in double quotes, a number, true, false, null',
      ],
    ],
    [
      'an unknown escape in JSON',
      'c.json',
      '{"a": "\\x41"}',
      ['c.json:1:8 a: found an unknown escape; allowed: \\" \\\\ \\/ \\b \\f \\n \\r \\t or \\uXXXX'],
    ],
  ];
  it.each(rows)('%s', (_name, file, text, expected) => {
    expect(problemsOf(text, file)).toEqual(expected);
  });

  it('allows 64 levels in both notations', () => {
    const text = `${deep('[', 64)}${deep(']', 64)}`;
    expect(problemsOf(text, 'c.json')).toEqual([]);
    expect(problemsOf(text, 'c.yaml')).toEqual([]);
  });

  it('gives problems and no other exception, whatever the text', () => {
    const pieces = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '&a ',
      '*a',
      '!t ',
      '|',
      '>',
      '#',
      '%',
      '---',
      '\t',
      '\\',
      '?',
      '<<',
      '\u0000',
    );
    const garbage = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 60 }).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(garbage, fc.constantFrom('x.yaml', 'x.json', 'x'), (text, file) => {
        for (const line of problemsOf(text, file)) expect(line).toMatch(/^x\S*:\d+:\d+.*: found .+; allowed: .+/s);
      }),
      { seed: 11, numRuns: 2000 },
    );
  });

  it('never takes for JSON what the engine does not, nor the other way round', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '-',
      '0',
      '.5',
      'e3',
      'true',
      'null',
      ' ',
      '\n',
      '\\u0041',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (list) => {
        const text = list.join('');
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const duplicates = problemsOf(text, 'x.json').filter((line) => !line.includes('already there'));
        expect(duplicates.length === 0).toBe(valid);
      }),
      { seed: 5, numRuns: 5000 },
    );
  });
});
