// Certificates on disk, and how long they hold.

import { X509Certificate } from 'node:crypto';
import type { Tree } from '../devices/tree.ts';

export interface CertificateFact {
  readonly path: string;
  readonly subject: string;
  readonly validFromMs: number;
  readonly validToMs: number;
}

/** All certificates of a PEM file; empty where there is none to be read. */
export function certificatesIn(tree: Tree, path: string): CertificateFact[] {
  const blocks = (tree.text(path) ?? '').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((pem) => {
    try {
      const { subject, validFrom, validTo } = new X509Certificate(pem);
      const name = subject.replaceAll('\n', ', ');
      return [{ path, subject: name, validFromMs: Date.parse(validFrom), validToMs: Date.parse(validTo) }];
    } catch {
      // `cardea check` says that it is no certificate.
      return [];
    }
  });
}
