// Words that have no place in finished code. What Biome holds (any, default exports, enums) is only asked for there.

import type { SourceFile } from './files.ts';

const inCode: Readonly<Record<string, RegExp>> = {
  'a test that runs alone or not at all': /\b(?:it|test|describe|bench)(?:\.\w+)*\.(?:only|skip|todo)\b/,
  any: /\bas any\b|<any\b|\bany\[\]|\bany>/,
  'a default export': /(?:^|\n)\s*export\s+default\b/,
  'an enum': /(?:^|\n)\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w/,
  'a namespace': /(?:^|\n)\s*(?:export\s+)?namespace\s+\w/,
  'a variable that others can change': /(?:^|\n)\s*export\s+(?:let|var)\b/,
};

const inComments: Readonly<Record<string, RegExp>> = {
  'work put off': /\b(?:TODO|FIXME|XXX|HACK)\b/,
  'a check switched off': /@ts-(?:ignore|nocheck|expect-error)\b/,
};

export function wordFaults(file: SourceFile): string[] {
  const found = [
    ...Object.entries(inCode).filter(([, pattern]) => pattern.test(file.code)),
    ...Object.entries(inComments).filter(([, pattern]) => pattern.test(file.comments)),
  ];
  return found.map(([what]) => `${file.path}: holds ${what}`);
}

/** The rules that Biome has to hold as errors. */
export const biomeRules = [
  'noFloatingPromises',
  'noMisusedPromises',
  'noDefaultExport',
  'noEnum',
  'noNonNullAssertion',
  'noParameterProperties',
  'useImportType',
  'noExplicitAny',
  'noConsole',
  'noBarrelFile',
  'noReExportAll',
];
