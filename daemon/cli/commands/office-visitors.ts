// `cardea office visitors`: who is expected, inside, gone, or was refused. `cardea office visitor add`, `badge`: a visitor registered
// before they come, and the badge that opens for them. What is decided of one is an act of its own (`approve-visitor`, …).

import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { reasonWords } from '../../../access/reasons.ts';
import { parseInstant } from '../../../config/instant.ts';
import { changeRecords } from '../../../sync/office/records/change.ts';
import { findingText } from '../../../sync/office/records/error.ts';
import { RecordsView } from '../../../sync/office/records/view.ts';
import { type Badge, badgeLines, badgeOf, badgeSvg } from '../../../sync/office/visitors/badge.ts';
import {
  listVisitors,
  type VisitorLine,
  type VisitorState,
  visitorStates,
} from '../../../sync/office/visitors/list.ts';
import { badgeBytes, registration } from '../../../sync/office/visitors/register.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, withStore } from '../office-access.ts';
import { byOf, byOption, requestOf } from '../office-by.ts';
import { parseSince } from '../since.ts';
import { columns, localTime, plain } from '../text.ts';

interface ListOptions extends OfficeOptions {
  readonly state?: string;
  readonly space?: string;
  readonly host?: string;
  readonly since: string;
  readonly until?: string;
  readonly json?: boolean;
}

interface AddOptions extends OfficeOptions {
  readonly name: string;
  readonly space: string;
  readonly expected: string;
  readonly host?: string;
  readonly id?: string;
  readonly needsApproval?: boolean;
  readonly badge?: boolean;
  readonly svg?: string;
  readonly by?: string;
  readonly json?: boolean;
}

interface BadgeOptions extends OfficeOptions {
  readonly svg?: string;
  readonly json?: boolean;
}

const widths = [9, 24, 20, 16, 14, 16, 16];

export function registerOfficeVisitors(office: Command, io: Io): void {
  office
    .command('visitors')
    .description('visitors: who is expected, inside, gone, was refused, or did not come')
    .option('--state <state>', `only those who are so now: ${visitorStates.join(', ')}`)
    .option('--space <id>', 'only of this space')
    .option('--host <id>', 'only whose host this is')
    .option('--since <when>', 'expected or seen since then: an instant, or how long ago as 24h', '7d')
    .option('--until <when>', 'and before then')
    .option(...configOption)
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  cardea office visitors --state inside')
    .action((options: ListOptions) => {
      const nowMs = io.clock.now().wallMs;
      const { space, host, since, until } = options;
      const filter = {
        space,
        host,
        state: stateOf(options.state),
        fromMs: parseSince(since, nowMs),
        toMs: until === undefined ? Number.MAX_SAFE_INTEGER : parseSince(until, nowMs, '--until'),
      };
      return withStore(options, 'read', io, (store) => {
        const lines = listVisitors(store, filter, nowMs);
        if (options.json === true) for (const line of lines) io.out(JSON.stringify(line));
        else if (lines.length === 0) io.out('no visitors');
        else {
          io.out(columns(['state', 'visitor', 'host', 'space', 'approval', 'expected', 'arrived', 'departed'], widths));
          for (const line of lines) printLine(line, io);
        }
      });
    });
}

export function registerOfficeVisitor(office: Command, io: Io): void {
  const visitor = office
    .command('visitor')
    .description(
      'a visitor before they come: add, badge; see also approve-visitor, hold-visitor, reject-visitor, move-visitor, withdraw-visitor',
    );
  visitor
    .command('add')
    .description('registers a visitor; they may come from half an hour before until the end of that business day')
    .requiredOption('--name <name>', 'who comes')
    .requiredOption('--space <id>', 'where')
    .requiredOption('--expected <instant>', 'when, as 2026-03-02T13:00:00+01:00')
    .option('--host <id>', 'customer or member of the staff who is told')
    .option('--id <id>', 'of the visitor (default: a new one)')
    .option('--needs-approval', 'the host or the staff has to approve of it first')
    .option('--badge', 'with a QR code of its own, which is shown')
    .option('--svg <file>', 'with a badge, as a page to print')
    .option(...byOption)
    .option(...configOption)
    .option('--json', 'one JSON object: {visitor, code, revision, changed, warnings, applied}')
    .addHelpText(
      'after',
      '\nExample:\n  cardea office visitor add --name "Vic Lang" --host ana --space riverside --expected 2026-03-02T13:00:00+01:00 --badge',
    )
    .action((options: AddOptions) => added(options, io));
  visitor
    .command('badge')
    .description('shows the badge of a visitor')
    .argument('<visitor>', 'their id')
    .option('--svg <file>', 'writes it as a page to print')
    .option(...configOption)
    .option('--json', 'one JSON object: {visitor, name, host, space, when, code}')
    .action((id: string, options: BadgeOptions) =>
      withStore(options, 'read', io, (store) => {
        const badge = badgeOf(new RecordsView(store), id);
        if (options.json === true) io.out(JSON.stringify(badge));
        showBadge(badge, options, io);
      }),
    );
}

async function added(options: AddOptions, io: Io): Promise<void> {
  if (parseInstant(options.expected) === null) {
    const allowed = 'an instant with its offset, as 2026-03-02T13:00:00+01:00';
    throw new CliError('usage', `--expected ${JSON.stringify(options.expected)}: allowed is ${allowed}`, 2);
  }
  const { name, space, expected, host, needsApproval = false } = options;
  const nowMs = io.clock.now().wallMs;
  const id = options.id ?? Buffer.from(io.random.bytes(10)).toString('hex');
  const wantsBadge = options.badge === true || options.svg !== undefined;
  const code = wantsBadge ? io.random.bytes(badgeBytes) : null;
  const by = byOf(options.by, io);
  const origin = { by, via: 'cli', request: requestOf(io), action: 'visitor', reason: null, nowMs } as const;
  const wanted = { id, name, host, space, expected, needsApproval, badge: code, nowMs };
  const { result, badge } = await withStore(options, 'write', io, (store) => {
    const made = changeRecords(store, (view) => registration(view, wanted), { origin });
    return { result: made, badge: wantsBadge ? badgeOf(new RecordsView(store), id) : null };
  });
  if (options.json === true) {
    io.out(JSON.stringify({ visitor: id, code: badge?.code ?? null, ...result, applied: true }));
  } else {
    io.out(`${id}: ${plain(name)} is expected in ${space}, ${localTime(new Date(expected).toISOString())}`);
    for (const warning of result.warnings) io.err(`warning: ${findingText(warning)}`);
  }
  if (badge !== null) showBadge(badge, options, io);
}

function showBadge(badge: Badge, { svg, json }: { readonly svg?: string; readonly json?: boolean }, io: Io): void {
  if (svg !== undefined) {
    try {
      writeFileSync(svg, badgeSvg(badge), { mode: 0o600 });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      const words = `${svg}: the badge cannot be written (${code}): \`cardea office visitor badge ${badge.visitor} --svg FILE\` writes it elsewhere`;
      throw new CliError('output', words, 1, error);
    }
  }
  if (json === true) return;
  for (const line of badgeLines(badge)) io.out(line);
  io.out(badge.code);
}

/** @throws CliError `usage` */
function stateOf(text: string | undefined): VisitorState | undefined {
  if (text === undefined) return undefined;
  const state = visitorStates.find((one) => one === text);
  if (state !== undefined) return state;
  throw new CliError('usage', `--state ${JSON.stringify(text)}: allowed is ${visitorStates.join(', ')}`, 2);
}

function printLine(
  { state, visitor, name, host, space, approval, expected, stays, refusals }: VisitorLine,
  io: Io,
): void {
  const stay = stays.at(-1);
  const who = name === visitor ? visitor : `${visitor} (${name})`;
  const times = [expected, stay?.arrived ?? null, stay?.departed ?? null].map(minute);
  io.out(columns([state, who, host?.name ?? '-', space ?? '-', approval ?? 'withdrawn', ...times], widths));
  const last = refusals.at(-1);
  if (last !== undefined) {
    const words = last.reason === null ? '' : `: ${reasonWords(last.reason)}`;
    io.out(
      plain(`          refused ${minute(last.at)}${words}${refusals.length > 1 ? ` (${refusals.length} times)` : ''}`),
    );
  }
}

function minute(iso: string | null): string {
  return iso === null ? '-' : localTime(iso).slice(0, 16);
}
