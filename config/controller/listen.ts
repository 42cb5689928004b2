// An address to listen on.

import { z } from 'zod';

const words = 'host:port, as 127.0.0.1:8080 or [::1]:8080; port 0 to 65535 (0: any free one)';

export const listen = z
  .string({ error: words })
  .regex(/^(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253}):\d{1,5}$/, { error: words })
  .refine((written) => Number(written.slice(written.lastIndexOf(':') + 1)) <= 65_535, { error: words });

/** Whether a host name or address, with or without brackets, means this machine only. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^127(?:\.\d{1,3}){3}$/.test(bare);
}
