// A real office in a process of its own, with its HTTP interface, its files in a folder, and its command line beside it.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { Program } from './process.ts';

const cardea = join(import.meta.dirname, '../../bin/cardea.mjs');

export interface OfficeFiles {
  /** Of the broker; nobody is there where it is left out, and the office waits for it. */
  readonly upstream?: string;
  readonly controllers?: string;
}

export interface Said {
  readonly status: number | string;
  readonly lines: readonly string[];
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into what came
  readonly body: any;
}

export class OfficeProgram {
  readonly folder = mkdtempSync(join(tmpdir(), 'cardea-office-http-'));
  readonly config = join(this.folder, 'office.yaml');
  #running: Program | null = null;
  #url = '';

  constructor({ upstream = '{ url: "mqtt://127.0.0.1:1" }', controllers = '[]' }: OfficeFiles = {}) {
    const { privateKey } = generateKeyPairSync('ed25519');
    const write = (name: string, text: string): void => writeFileSync(join(this.folder, name), text, { mode: 0o600 });
    write('office.key', privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
    write('site.key', `${randomBytes(32).toString('base64')}\n`);
    write(
      'office.yaml',
      `site: riverside
upstream: ${upstream}
signingKeyFile: office.key
credentialKeyFile: site.key
controllers: ${controllers}
listen: 127.0.0.1:0
`,
    );
  }

  async start(): Promise<void> {
    this.#running = new Program(execPath, [cardea, 'office', 'run', '--config', this.config]);
    const line = await this.#running.line(/answers on http/);
    this.#url = /http\S+/.exec(line)?.[0] ?? '';
  }

  get url(): string {
    return this.#url;
  }

  /** `cardea office …` to its end. */
  async office(...args: readonly string[]): Promise<Said> {
    const program = new Program(execPath, [cardea, 'office', ...args, '--config', this.config], {
      env: { USER: 'sam' },
    });
    const status = await program.exit;
    return { status, lines: program.lines };
  }

  async token(role: string, name: string = role, ...more: readonly string[]): Promise<string> {
    const { status, lines } = await this.office('tokens', 'new', '--name', name, '--role', role, '--json', ...more);
    if (status !== 0) throw new Error(lines.join('\n'));
    return (JSON.parse(lines[0] ?? '') as { token: string }).token;
  }

  import(document: object): Promise<Said> {
    const file = join(this.folder, 'replica.json');
    writeFileSync(file, JSON.stringify({ format: 'cardea-replica/1', site: 'riverside', revision: 1, ...document }));
    return this.office('import', file);
  }

  async ask(
    method: string,
    path: string,
    token: string | null,
    json?: unknown,
    headers: object = {},
  ): Promise<Answered> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: typeof json === 'string' ? json : JSON.stringify(json) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  }

  async crash(): Promise<void> {
    await this.#running?.end();
  }

  async end(): Promise<void> {
    await this.#running?.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
