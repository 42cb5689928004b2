// A CA of its own for a test, and what it signs, made by openssl in the test's folder.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface IssuedCertificate {
  readonly certFile: string;
  readonly keyFile: string;
}

export class TestAuthority {
  readonly caFile: string;
  readonly #folder: string;
  readonly #name: string;

  /** Makes the CA in `folder`; `name` tells two authorities of one test apart. */
  constructor(folder: string, name = 'ca') {
    this.#folder = folder;
    this.#name = name;
    this.caFile = join(folder, `${name}.pem`);
    const subject = ['-subj', `/CN=${name} of a test`, '-days', '2'];
    this.#openssl('req', '-x509', ...newKey(join(folder, `${name}.key`)), ...subject, '-out', this.caFile);
  }

  /** A certificate for `localhost` and 127.0.0.1. */
  server(): IssuedCertificate {
    return this.#issue('server', 'subjectAltName=DNS:localhost,IP:127.0.0.1');
  }

  /** A client's certificate with `commonName`. */
  client(commonName: string): IssuedCertificate {
    return this.#issue(commonName, 'extendedKeyUsage=clientAuth');
  }

  #issue(commonName: string, extension: string): IssuedCertificate {
    const stem = join(this.#folder, `${this.#name}-${commonName}`);
    const files = { certFile: `${stem}.pem`, keyFile: `${stem}.key` };
    writeFileSync(`${stem}.ext`, `${extension}\n`);
    this.#openssl('req', ...newKey(files.keyFile), '-subj', `/CN=${commonName}`, '-out', `${stem}.csr`);
    const authority = ['-CA', this.caFile, '-CAkey', join(this.#folder, `${this.#name}.key`), '-CAcreateserial'];
    const request = ['-req', '-in', `${stem}.csr`, '-days', '2', '-extfile', `${stem}.ext`];
    this.#openssl('x509', ...request, ...authority, '-out', files.certFile);
    return files;
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  }
}

function newKey(file: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file];
}
