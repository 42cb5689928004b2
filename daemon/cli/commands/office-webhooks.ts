// `cardea office webhooks …`: who is told of what, whether they take it, and what they did not.

import { type Command, Option } from 'commander';
import { asideDeliveries, deliveryCounts, settleAside } from '../../../sync/office/store/webhook-deliveries.ts';
import {
  addWebhook,
  allWebhooks,
  pauseWebhook,
  removeWebhook,
  renewSecret,
  type Webhook,
  webhook,
} from '../../../sync/office/store/webhooks.ts';
import { newSecret } from '../../../sync/office/webhooks/signature.ts';
import { type WebhookTopic, webhookTopics } from '../../../sync/office/webhooks/topics.ts';
import { checkedWebhookUrl } from '../../../sync/office/webhooks/url.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, withStore } from '../office-access.ts';
import { columns, localTime } from '../text.ts';

interface Options extends OfficeOptions {
  readonly json?: boolean;
}

interface AddOptions extends Options {
  readonly url: string;
  readonly topics: string;
  readonly by: string;
  readonly allowPlain?: boolean;
}

const widths = [12, 40, 26, 10, 8, 8];
const asideWidths = [12, 24, 24, 8, 19];

export function registerOfficeWebhooks(office: Command, io: Io): void {
  const webhooks = office
    .command('webhooks')
    .description('who is told of check-ins, alarms and the like over HTTP, and whether they take it');
  registerAdd(webhooks, io);
  registerList(webhooks, io);
  registerAside(webhooks, io);
  const one = (name: string, description: string): Command =>
    webhooks
      .command(`${name} <id>`)
      .description(description)
      .option(...configOption);
  const write = (options: Options, work: Parameters<typeof withStore<void>>[3]): Promise<void> =>
    withStore(options, 'write', io, work);
  one('pause', 'sends nothing; what comes meanwhile waits').action((id: string, options: Options) =>
    write(options, (store) => {
      pauseWebhook(store, id, 'paused by hand');
      io.out(`webhook ${id} is paused: what comes meanwhile waits for it`);
    }),
  );
  one('resume', 'sends again, first what waited').action((id: string, options: Options) =>
    write(options, (store) => {
      pauseWebhook(store, id, null);
      io.out(`webhook ${id} is told again, first of what waited`);
    }),
  );
  one('remove', 'tells it nothing any more; what waits for it is let go').action((id: string, options: Options) =>
    write(options, (store) => {
      removeWebhook(store, id);
      io.out(`webhook ${id} is removed`);
    }),
  );
  one('secret', 'a new secret; messages are signed with the old one, too, for a day').action(
    (id: string, options: Options) =>
      write(options, (store) => {
        const secret = newSecret(io.random);
        renewSecret(store, id, secret, io.clock.now().wallMs);
        io.out(`${secret}\n(shown only now; messages are signed with the secret before, too, for 24 hours)`);
      }),
  );
}

function registerAdd(webhooks: Command, io: Io): void {
  webhooks
    .command('add <id>')
    .description(
      'tells a URL of all records of some topics from now on; prints the secret that its messages are signed with',
    )
    .requiredOption('--url <url>', 'https://…; http:// only on this machine, or with --allow-plain')
    .option('--topics <list>', `of ${webhookTopics.join(',')}`, webhookTopics.join(','))
    .requiredOption('--by <name>', 'who adds it')
    .option('--allow-plain', 'http:// to another machine: everybody on the way reads along')
    .option(...configOption)
    .option('--json', 'one JSON object: the webhook, with its secret')
    .addHelpText(
      'after',
      '\nExample:\n  cardea office webhooks add billing --url https://example.org/cardea --topics check-out,charge --by sam',
    )
    .action((id: string, options: AddOptions) =>
      withStore(options, 'write', io, (store) => {
        if (!/^[A-Za-z0-9._-]{1,64}$/.test(id))
          throw usage(`id ${JSON.stringify(id)}: allowed are A-Z a-z 0-9 . _ -, up to 64`);
        const url = checkedWebhookUrl(options.url, options.allowPlain === true);
        const secret = newSecret(io.random);
        const made = { id, url, topics: topicsOf(options.topics), createdBy: options.by, secret };
        const added = addWebhook(store, made, io.clock.now().wallMs);
        if (options.json === true) io.out(JSON.stringify({ ...lineOf(added, { waiting: 0, aside: 0 }), secret }));
        else
          io.out(`${secret}\n(the secret of webhook ${id}, shown only now: its receiver checks each message with it)`);
      }),
    );
}

function registerList(webhooks: Command, io: Io): void {
  webhooks
    .command('list [id]')
    .description('all webhooks, or one: whether they take what they are told, and what waits')
    .option(...configOption)
    .option('--json', 'one JSON object a line')
    .action((id: string | undefined, options: Options) =>
      withStore(options, 'read', io, (store) => {
        const nowMs = io.clock.now().wallMs;
        const all = id === undefined ? allWebhooks(store, nowMs) : [webhook(store, id, nowMs)];
        const counts = deliveryCounts(store);
        if (options.json !== true) {
          if (all.length === 0) io.out('no webhooks: `cardea office webhooks add` makes one');
          else io.out(columns(['id', 'url', 'topics', 'delivered', 'waiting', 'aside', 'state'], widths));
        }
        for (const one of all) {
          const count = counts.get(one.id) ?? { waiting: 0, aside: 0 };
          if (options.json === true) {
            io.out(JSON.stringify(lineOf(one, count)));
            continue;
          }
          const figures = [one.delivered, count.waiting, count.aside].map(String);
          io.out(columns([one.id, one.url, one.topics.join(','), ...figures, stateOf(one)], widths));
        }
      }),
    );
}

function registerAside(webhooks: Command, io: Io): void {
  webhooks
    .command('aside')
    .description(
      'messages that were refused for days while others were taken: list them, try them again, or let them go',
    )
    .addOption(new Option('--retry <id>', 'tries those of this webhook again').conflicts('drop'))
    .option('--drop <id>', 'lets those of this webhook go')
    .option(...configOption)
    .option('--json', 'one JSON object a line')
    .action((options: Options & { readonly retry?: string; readonly drop?: string }) => {
      const id = options.retry ?? options.drop;
      if (id !== undefined) {
        return withStore(options, 'write', io, (store) => {
          const act = options.retry === undefined ? 'drop' : 'retry';
          const count = settleAside(store, id, act);
          io.out(
            `${count} ${count === 1 ? 'message' : 'messages'} ${act === 'retry' ? 'will be tried again' : 'let go'}`,
          );
        });
      }
      return withStore(options, 'read', io, (store) => {
        const all = asideDeliveries(store);
        if (options.json !== true) {
          if (all.length === 0) io.out('nothing was put aside');
          else io.out(columns(['webhook', 'whose', 'what', 'tries', 'since', 'why'], asideWidths));
        }
        for (const { webhook: of, queue, type, id: record, attempts, firstFailedMs, failedMs, failure } of all) {
          const [since, last] = [firstFailedMs, failedMs].map((ms) => new Date(ms).toISOString());
          if (options.json === true) {
            io.out(JSON.stringify({ webhook: of, queue, type, id: record, attempts, since, last, failure }));
          } else io.out(columns([of, queue, type, String(attempts), localTime(since ?? ''), failure], asideWidths));
        }
      });
    });
}

function lineOf(one: Webhook, count: { readonly waiting: number; readonly aside: number }): object {
  const at = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    id: one.id,
    url: one.url,
    topics: one.topics,
    createdAt: at(one.createdMs),
    createdBy: one.createdBy,
    paused: one.paused,
    delivered: one.delivered,
    lastDelivered: at(one.deliveredMs),
    failingSince: at(one.failingSinceMs),
    failure: one.failure,
    ...count,
  };
}

function stateOf({ paused, failingSinceMs, failure }: Webhook): string {
  if (paused !== null) return paused;
  if (failingSinceMs === null) return 'takes messages';
  return `takes nothing since ${localTime(new Date(failingSinceMs).toISOString())}: ${failure ?? ''}`;
}

function topicsOf(text: string): WebhookTopic[] {
  const asked = new Set(text.split(',').map((one) => one.trim()));
  for (const one of asked) {
    if (!(webhookTopics as readonly string[]).includes(one)) {
      throw usage(`--topics: ${JSON.stringify(one)}; allowed: ${webhookTopics.join(', ')}`);
    }
  }
  return webhookTopics.filter((topic) => asked.has(topic));
}

function usage(message: string): CliError {
  return new CliError('usage', message, 2);
}
