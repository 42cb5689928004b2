// The way to the office: certificates that hold, a broker that answers and lets this controller in, an office that is heard.

import { join } from 'node:path';
import { controllerTopic } from '../../../sync/protocol/topics.ts';
import type { LinkFault } from '../../../sync/protocol/transport.ts';
import { silentWords } from '../../run/office-watch.ts';
import type { DaemonStatus } from '../../run/status.ts';
import { askDaemon } from '../../socket/client.ts';
import { socketName } from '../../socket/name.ts';
import { type Reached, reachBroker, tryLogin } from '../broker.ts';
import { type CertificateFact, certificatesIn } from '../certificate.ts';
import { area, type Check, notApplicable, notChecked, ok, problem, type Verdict, warning } from '../check.ts';
import type { Machine } from '../machine.ts';
import type { Setup } from '../setup.ts';

export interface NetworkFacts {
  readonly url: string;
  readonly reached: Reached;
  /** null: let in. Undefined: not tried. */
  readonly login: LinkFault | null | undefined;
  readonly certificates: readonly CertificateFact[];
  /** What the running controller says of the office; a text: why it cannot be asked. */
  readonly office: DaemonStatus['upstream'] | string;
  readonly nowMs: number;
}

const dayMs = 86_400_000;
/** Time enough to have a new one made and carried to the controller. */
const warnDays = 30;

async function gather({ tree, clock }: Machine, { config }: Setup): Promise<NetworkFacts | null> {
  const upstream = config?.upstream ?? null;
  if (config === null || upstream === null) return null;
  const { url, certFile, caFile } = upstream;
  const reached = await reachBroker(upstream, clock);
  const clientId = `cardea-doctor:${config.site}:${config.controller}`;
  const topic = controllerTopic(config.site, config.controller, 'ack');
  return {
    url,
    reached,
    login: 'fault' in reached ? undefined : await tryLogin(upstream, clientId, topic, clock),
    certificates: [certFile, caFile].flatMap((file) => (file === null ? [] : certificatesIn(tree, file))),
    office:
      config.dataDir === null
        ? 'no dataDir in the config'
        : await askController(tree.at(join(config.dataDir, socketName))),
    nowMs: clock.now().wallMs,
  };
}

async function askController(socket: string): Promise<NetworkFacts['office']> {
  try {
    const { upstream } = (await askDaemon(socket, { do: 'status' })) as unknown as Partial<DaemonStatus>;
    return upstream ?? 'the controller that runs is of another version';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const checks: readonly Check<NetworkFacts | null>[] = [
  { id: 'certificates', judge: known(judgeCertificates) },
  { id: 'broker', judge: known(judgeReached) },
  { id: 'broker-certificate', judge: known(judgePeer) },
  { id: 'broker-login', judge: known(judgeLogin) },
  { id: 'office', judge: known(judgeOffice) },
];

function known(judge: (facts: NetworkFacts) => Verdict | readonly Verdict[]): Check<NetworkFacts | null>['judge'] {
  return (facts, setup) => {
    if (facts !== null) return judge(facts);
    return notApplicable(
      setup.config === null ? 'the config is not known' : 'no upstream in the config: it works alone',
    );
  };
}

function judgeCertificates({ certificates, nowMs }: NetworkFacts): Verdict | Verdict[] {
  if (certificates.length === 0) return notApplicable('no certificates in the config');
  return certificates.map(({ path, subject, validFromMs, validToMs }) => {
    const what = `${path} (${subject})`;
    if (validFromMs > nowMs) return problem(`${what} is valid only from ${day(validFromMs)}`, 'check the clock first');
    return ends(what, validToMs, nowMs, `have a new one made, put it at ${path}: it is taken at the next connection`);
  });
}

function judgeReached({ url, reached }: NetworkFacts): Verdict {
  return 'fault' in reached ? problem(`${url}: ${reached.fault.code}`, reached.fault.message) : ok(`${url} answers`);
}

function judgePeer({ reached, nowMs }: NetworkFacts): Verdict {
  if ('fault' in reached) return notApplicable('the broker does not answer');
  if (reached.peerValidToMs === null) return notApplicable('no TLS');
  return ends("the broker's certificate", reached.peerValidToMs, nowMs, 'have a new one made for the broker');
}

function judgeLogin({ login, url }: NetworkFacts): Verdict {
  if (login === undefined) return notApplicable('the broker does not answer');
  return login === null ? ok(`${url} lets this controller in`) : problem(`${url}: ${login.code}`, login.message);
}

/** A login at the broker says nothing of the office behind it: the running controller knows what it heard. */
function judgeOffice({ office }: NetworkFacts): Verdict {
  if (typeof office === 'string') return notChecked(office, 'start the controller, wait a minute, then ask again');
  const { state, last, advice } = office;
  if (state === 'silent') return problem(silentWords(office), advice ?? '');
  if (state === 'heard' && last !== null) return ok(`the office answers: ${last.what} of ${last.at}`);
  if (state === 'no-broker') return problem(`no connection to the broker: ${office.broker.detail}`, advice ?? '');
  return notChecked('the office was not heard on this connection yet', 'wait a minute, then ask again');
}

function ends(what: string, validToMs: number, nowMs: number, mend: string): Verdict {
  const leftDays = Math.floor((validToMs - nowMs) / dayMs);
  if (validToMs <= nowMs) return problem(`${what} ended on ${day(validToMs)}`, mend);
  const found = `${what} ends on ${day(validToMs)}, in ${leftDays} days`;
  return leftDays < warnDays ? warning(found, mend) : ok(found);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export const network = area('Network', gather, checks);
