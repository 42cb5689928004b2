// What three taps in a row of a staff credential do at a door (rules.md section 6).

import { z } from 'zod';
import { choice, durationOr } from '../fields.ts';
import type { StaffToggleConfig } from '../types.ts';

export const staffToggle = z
  .strictObject({
    mode: choice(['unlocked', 'locked', 'lockdown']).describe('the mode that they set, and end again'),
    within: durationOr('10s', '1s', '1m', 'from the first of the three taps to the third'),
  })
  .transform(({ mode, within: withinMs }): StaffToggleConfig => ({ mode, withinMs }));
