// `cardea office tokens`: who may speak to the office over HTTP, as what.

import type { Command } from 'commander';
import { parseDuration } from '../../../config/duration.ts';
import { parseDate, parseInstant } from '../../../config/instant.ts';
import { listTokens, newToken, type Role, revokeToken, roles, type Token } from '../../../sync/office/store/tokens.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, withStore } from '../office-access.ts';
import { byOf, byOption } from '../office-by.ts';
import { columns, localTime } from '../text.ts';

interface NewOptions extends OfficeOptions {
  readonly name: string;
  readonly role: string;
  readonly expires?: string;
  readonly by?: string;
  readonly json?: boolean;
}

const widths = [20, 10, 19, 19];

export function registerOfficeTokens(office: Command, io: Io): void {
  const tokens = office
    .command('tokens')
    .description('tokens for the HTTP interface: new, list, revoke')
    .addHelpText('after', '\nExample:\n  cardea office tokens new --name reception --role staff --expires 90d');
  tokens
    .command('new')
    .description('makes a token and shows it, this once')
    .requiredOption('--name <name>', 'whose it is: what it changes is audited under this name')
    .requiredOption('--role <role>', `what it may: ${[...roles].reverse().join(', ')}`)
    .option('--expires <when>', 'as 2026-12-31, 2026-03-02T18:00:00+01:00 or 90d (default: never)')
    .option(...byOption)
    .option(...configOption)
    .option('--json', 'one JSON object: {name, role, token, expires}')
    .action((options: NewOptions) => made(options, io));
  tokens
    .command('list')
    .description('the tokens, without what they are')
    .option(...configOption)
    .option('--json', 'one JSON object a line')
    .action((options: OfficeOptions & { readonly json?: boolean }) =>
      withStore(options, 'read', io, (store) => {
        const found = listTokens(store);
        if (options.json === true) for (const one of found) io.out(JSON.stringify(lineOf(one)));
        else if (found.length === 0) io.out('no tokens');
        else {
          io.out(columns(['name', 'role', 'made', 'expires', 'state'], widths));
          for (const one of found) io.out(columns(cellsOf(one, io.clock.now().wallMs), widths));
        }
      }),
    );
  tokens
    .command('revoke')
    .description('ends a token at once')
    .argument('<name>', 'whose it is')
    .option(...configOption)
    .action(async (name: string, options: OfficeOptions) => {
      await withStore(options, 'write', io, (store) => revokeToken(store, name, io.clock.now().wallMs));
      io.out(`the token ${name} is good for nothing any more`);
    });
}

async function made(options: NewOptions, io: Io): Promise<void> {
  const role = roles.find((one) => one === options.role);
  if (role === undefined) {
    throw usage(`--role ${JSON.stringify(options.role)}: allowed is ${[...roles].reverse().join(', ')}`);
  }
  const { name } = options;
  if (!/^[\w .@-]{1,64}$/.test(name)) {
    throw usage(`--name ${JSON.stringify(name)}: allowed is 1 to 64 letters, digits, spaces and _ . @ -`);
  }
  const createdMs = io.clock.now().wallMs;
  const expiresMs = options.expires === undefined ? null : expiryOf(options.expires, createdMs);
  const facts: Pick<Token, 'name' | 'createdMs' | 'createdBy' | 'expiresMs'> & { role: Role } = {
    name,
    role,
    createdMs,
    createdBy: byOf(options.by, io),
    expiresMs,
  };
  const token = await withStore(options, 'write', io, (store) => newToken(store, facts, io.random.bytes(40)));
  if (options.json === true) {
    io.out(JSON.stringify({ name, role, token, expires: iso(expiresMs) }));
    return;
  }
  io.out(token);
  io.err(
    `keep it now: it is not shown again. ${name} may act as ${role}${expiresMs === null ? '' : ` until ${iso(expiresMs)}`}`,
  );
}

function expiryOf(text: string, nowMs: number): number {
  const days = /^(\d{1,5})d$/.exec(text);
  const inMs = days === null ? parseDuration(text) : Number(days[1]) * 86_400_000;
  const ms = inMs === null ? (parseInstant(text) ?? parseDate(text)) : nowMs + inMs;
  if (ms !== null && ms > nowMs) return ms;
  throw usage(
    `--expires ${JSON.stringify(text)}: allowed is a date or an instant ahead as 2026-12-31 or 2026-03-02T18:00:00+01:00, or how long as 90d`,
  );
}

function lineOf({ name, role, createdMs, createdBy, expiresMs, revokedMs }: Token): object {
  return { name, role, created: iso(createdMs), createdBy, expires: iso(expiresMs), revoked: iso(revokedMs) };
}

function cellsOf({ name, role, createdMs, expiresMs, revokedMs }: Token, nowMs: number): string[] {
  const state = revokedMs !== null ? 'revoked' : expiresMs !== null && expiresMs <= nowMs ? 'expired' : 'good';
  const shown = (ms: number | null): string => (ms === null ? 'never' : localTime(new Date(ms).toISOString()));
  return [name, role, shown(createdMs), shown(expiresMs), state];
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

function usage(words: string): CliError {
  return new CliError('usage', words, 2);
}
