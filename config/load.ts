// Reading the files that people write: each either gives a value that is right in every part, with warnings, or a
// FileError with everything that is wrong in it, in the order of the file. Never another exception.

import { basename, dirname, resolve } from 'node:path';
import { checkController, checkNamedFiles } from './controller/check.ts';
import { controllerConfig } from './controller/schema.ts';
import type { SourceDocument } from './document.ts';
import { absolutePaths, controllerFiles, officeFiles } from './files/named-file.ts';
import type { Finding } from './finding.ts';
import { parseMapping } from './mapping.ts';
import { checkOffice } from './office/check.ts';
import { officeConfig } from './office/schema.ts';
import { FileError, type Problem } from './problem.ts';
import { recordOf } from './raw.ts';
import { canonicalDocument } from './replica/canonical.ts';
import { checkReplica } from './replica/check.ts';
import { replicaDocument } from './replica/schema.ts';
import { checkScenario } from './scenario/check.ts';
import { readSteps } from './scenario/clock-steps.ts';
import { scenario } from './scenario/schema.ts';
import { maxConfigBytes, maxJsonBytes } from './source/limits.ts';
import { readText } from './source/read-file.ts';
import type { ControllerConfig, OfficeConfig, ReplicaDocument, Scenario } from './types.ts';
import { judgeShape, type Shape } from './validate.ts';

/** Whether the keys and certificates that a config names are looked at, or may be elsewhere. */
export type NamedFiles = 'checked' | 'elsewhere';

/** @throws FileError */
export function loadControllerConfig(
  file: string,
  named: NamedFiles = 'checked',
): { config: ControllerConfig; warnings: Problem[] } {
  return parseControllerConfig(readText(file, maxConfigBytes), file, named);
}

/** @throws FileError */
export function parseControllerConfig(
  text: string,
  file: string,
  named: NamedFiles = 'checked',
): { config: ControllerConfig; warnings: Problem[] } {
  const document = parseMapping(text, file);
  const absolute = absolutePaths(document.value, controllerFiles, folderOf(file));
  const shape = judgeShape(controllerConfig, absolute, document.value);
  const files = named === 'checked' ? checkNamedFiles(document.value, folderOf(file)) : [];
  const { value, warnings } = settle(document, shape, [...checkController(document.value, absolute), ...files]);
  return { config: value, warnings };
}

/** @throws FileError */
export function loadOfficeConfig(file: string): { config: OfficeConfig; warnings: Problem[] } {
  return parseOfficeConfig(readText(file, maxConfigBytes), file);
}

/** @throws FileError */
export function parseOfficeConfig(text: string, file: string): { config: OfficeConfig; warnings: Problem[] } {
  const document = parseMapping(text, file);
  const absolute = absolutePaths(document.value, officeFiles, folderOf(file));
  const shape = judgeShape(officeConfig, absolute, document.value);
  const { value, warnings } = settle(document, shape, checkOffice(document.value, folderOf(file)));
  const store = { ...value.store, path: resolve(folderOf(file), value.store.path) };
  return { config: { ...value, store }, warnings };
}

/** @throws FileError */
export function loadReplicaDocument(file: string): { document: ReplicaDocument; warnings: Problem[] } {
  return parseReplicaDocument(readText(file, maxJsonBytes), file);
}

/** @throws FileError */
export function parseReplicaDocument(text: string, file: string): { document: ReplicaDocument; warnings: Problem[] } {
  const source = parseMapping(text, file);
  const { value, warnings } = settle(source, judgeShape(replicaDocument, source.value), checkReplica(source.value));
  return { document: canonicalDocument(value), warnings };
}

/** @throws FileError */
export function loadScenario(file: string): { scenario: Scenario; warnings: Problem[] } {
  return parseScenario(readText(file, maxJsonBytes), file);
}

/** @throws FileError */
export function parseScenario(text: string, file: string): { scenario: Scenario; warnings: Problem[] } {
  const document = parseMapping(text, file);
  const config = absolutePaths(recordOf(document.value).config, controllerFiles, folderOf(file));
  const absolute = config === undefined ? document.value : { ...recordOf(document.value), config };
  const shape = judgeShape(scenario, absolute, document.value);
  const { value, warnings } = settle(document, shape, checkScenario(document.value));
  const name = typeof value.name === 'string' ? value.name : basename(file);
  const replica = canonicalDocument(value.replica);
  return { scenario: { name, config: value.config, replica, steps: readSteps(value.steps) }, warnings };
}

function folderOf(file: string): string {
  return dirname(resolve(file));
}

/** Brings together what is wrong with the text, the shape and the whole. */
function settle<Value>(
  document: SourceDocument,
  shape: Shape<Value>,
  checked: readonly Finding[],
): { value: Value; warnings: Problem[] } {
  const problems = [...document.problems, ...document.problemsAt([...shape.findings, ...checked])];
  const inOrder = problems.sort((a, b) => a.line - b.line || a.column - b.column);
  const errors = inOrder.filter(({ severity }) => severity === 'error');
  const warnings = inOrder.filter(({ severity }) => severity === 'warning');
  if (errors.length > 0 || shape.output === undefined) throw new FileError(document.file, [...errors, ...warnings]);
  return { value: shape.output, warnings };
}
