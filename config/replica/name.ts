// Names for people. A record without one is called by its id.

import { z } from 'zod';

const words = 'a text of at most 256 characters';

export const name = z.string({ error: words }).max(256, { error: words });

/** The record with a name. */
export function named<Written extends { id: string; name?: string | undefined }>(
  written: Written,
): Written & { name: string } {
  return { ...written, name: written.name ?? written.id };
}
