// The scenario file (interfaces.md section 4). What belongs to whoever checks the output is accepted and ignored.

import { z } from 'zod';
import { scenarioConfig } from '../controller/schema.ts';
import { list } from '../fields.ts';
import { replicaDocument } from '../replica/schema.ts';
import { step } from './step.ts';

export const scenario = z
  .strictObject({
    name: z.unknown().optional().describe('for people; ignored'),
    config: scenarioConfig,
    replica: replicaDocument.describe('what the controller knows at the start'),
    steps: list(step, 0, 10_000_000).describe('what happens, in order of time (at most 10000000)'),
    expect: z.unknown().optional().describe('for whoever checks the output; ignored'),
    absent: z.unknown().optional().describe('for whoever checks the output; ignored'),
    count: z.unknown().optional().describe('for whoever checks the output; ignored'),
  })
  .describe('Scenario file (cardea replay SCENARIO)');
