// Each example file loads as it stands, beside the key files that its comments say how to make.

import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadControllerConfig, loadOfficeConfig, loadReplicaDocument, loadScenario } from '../../../config/load.ts';
import { siteFolder } from './support/site-folder.ts';

const examples = join(import.meta.dirname, '../../../config/examples');
let folder = '';
beforeAll(() => {
  folder = siteFolder();
  for (const file of ['controller.yaml', 'office.yaml']) copyFileSync(join(examples, file), join(folder, file));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the example', () => {
  it('controller.yaml loads without a warning', () => {
    const { config, warnings } = loadControllerConfig(join(folder, 'controller.yaml'));
    expect(warnings).toEqual([]);
    expect(config.dataDir).toBe(join(folder, 'data'));
    expect(config.readers.map(({ driver }) => driver)).toEqual(['serial', 'simulated', 'simulated']);
  });

  it('office.yaml loads without a warning, and believes that controller', () => {
    const { config, warnings } = loadOfficeConfig(join(folder, 'office.yaml'));
    const controller = loadControllerConfig(join(folder, 'controller.yaml')).config;
    expect(warnings).toEqual([]);
    expect(config.site).toBe(controller.site);
    expect(config.controllers.map(({ id }) => id)).toEqual([controller.controller]);
    expect(config.upstream.url).toBe(controller.upstream?.url);
  });

  it('replica.json loads without a warning, for the doors of that controller', () => {
    const { document, warnings } = loadReplicaDocument(join(examples, 'replica.json'));
    const controller = loadControllerConfig(join(folder, 'controller.yaml')).config;
    expect(warnings).toEqual([]);
    expect(document.site).toBe(controller.site);
    const spaces = document.records.spaces.map(({ id }) => id);
    expect(controller.accessPoints.every(({ space }) => spaces.includes(space))).toBe(true);
    const doors = controller.accessPoints.map(({ id }) => id);
    const { resources, accessRules, unlockSchedules } = document.records;
    const named = [
      ...resources.flatMap(({ accessPoints }) => accessPoints),
      ...accessRules.map(({ accessPoint }) => accessPoint),
    ];
    for (const door of [...named, ...unlockSchedules.map(({ accessPoint }) => accessPoint)])
      expect(doors).toContain(door);
  });

  it('scenario.yaml loads without a warning', () => {
    const { scenario, warnings } = loadScenario(join(examples, 'scenario.yaml'));
    expect(warnings).toEqual([]);
    expect(scenario.name).toBe('a morning at the door');
    expect(readFileSync(join(examples, 'scenario.yaml'), 'utf8')).toContain(
      'cardea replay config/examples/scenario.yaml',
    );
  });
});
