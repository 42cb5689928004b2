// The library's syntax errors in words of our own: its messages repeat pieces of the text, which may be a secret.

import type { ErrorCode } from 'yaml';

/** What was found and what is allowed, for every fault of YAML's syntax. */
export const yamlWords: Readonly<Record<ErrorCode, readonly [found: string, allowed: string]>> = {
  ALIAS_PROPS: ['an alias with a tag or an anchor', 'an alias alone, as *name'],
  BAD_ALIAS: ['an alias without a name', 'a text in quotes, or an alias as *name'],
  BAD_COLLECTION_TYPE: ['a tag that does not fit what it stands before', 'no tag'],
  BAD_DIRECTIVE: ['a line beginning with %', 'no directives'],
  BAD_DQ_ESCAPE: ['an unknown escape in a text in double quotes', '\\" \\\\ \\n \\t \\uXXXX, or single quotes'],
  BAD_INDENT: [
    'an indent that fits nothing above it, or a bracket that is not closed',
    'one indent for all keys of a mapping, and every [ and { closed',
  ],
  BAD_PROP_ORDER: ['an anchor or a tag in the wrong place', 'an anchor before its value'],
  BAD_SCALAR_START: ['a text that begins with a reserved character', 'the text in quotes'],
  BLOCK_AS_IMPLICIT_KEY: ['a second key on one line', 'one key on a line, or { key: value, key: value }'],
  BLOCK_IN_FLOW: ['an indented block inside brackets', 'only [ ] and { } inside brackets'],
  DUPLICATE_KEY: ['a key that is already there', 'each key once in a mapping'],
  IMPOSSIBLE: ['a text that is not YAML', 'YAML 1.2'],
  KEY_OVER_1024_CHARS: ['a key of more than 1024 characters', 'a shorter key'],
  MISSING_CHAR: [
    'a place where a character is missing',
    'a colon after a key, a comma between items, a closing quote or bracket',
  ],
  MULTILINE_IMPLICIT_KEY: ['a key over several lines', 'a key on one line, followed by a colon'],
  MULTIPLE_ANCHORS: ['two anchors on one value', 'at most one'],
  MULTIPLE_DOCS: ['a second document (---)', 'one document in a file'],
  MULTIPLE_TAGS: ['two tags on one value', 'no tags'],
  NON_STRING_KEY: ['a key that is not a text', 'a text as a key'],
  RESOURCE_EXHAUSTION: ['too deep a nesting', 'fewer levels'],
  TAB_AS_INDENT: ['a tab', 'spaces'],
  TAG_RESOLVE_FAILED: ['a tag that is not known here', 'no tags'],
  UNEXPECTED_TOKEN: ['a character that does not belong here', 'key: value on lines of one indent, or text in quotes'],
};

/** Faults that leave everything else in the text readable. */
export const localFaults: readonly ErrorCode[] = [
  'BAD_DQ_ESCAPE',
  'TAG_RESOLVE_FAILED',
  'BAD_DIRECTIVE',
  'NON_STRING_KEY',
];
