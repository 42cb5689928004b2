// The clock: without it no opening hour, business day or certificate means anything. A Pi has no battery for it.

import { ClockTrust, type TrustSource } from '../../clock/trust.ts';
import { area, type Check, notApplicable, ok, problem, type Verdict, warning } from '../check.ts';
import { type Machine, output } from '../machine.ts';

interface Facts {
  readonly wallMs: number;
  readonly source: TrustSource;
  readonly hardwareClock: boolean;
}

/** The year this program was written in: a clock that is behind it was never set. */
const earliestMs = Date.UTC(2026, 0, 1);

async function gather({ tree, clock }: Machine): Promise<Facts> {
  const { wallMs, sinceBootMs } = clock.now();
  const trust = new ClockTrust({
    wallMs: () => wallMs,
    sinceBootMs: () => sinceBootMs,
    exists: (path) => tree.exists(path),
    ntpSynchronised: async () =>
      (await output(tree, 'timedatectl', ['show', '--property=NTPSynchronized', '--value'])) === 'yes',
  });
  await trust.start(clock);
  trust.stop();
  return { wallMs, source: trust.source, hardwareClock: tree.exists('/dev/rtc0') };
}

const checks: readonly Check<Facts>[] = [
  { id: 'clock-year', judge: ({ wallMs }) => judgeYear(wallMs) },
  { id: 'clock-synchronised', judge: ({ source, hardwareClock }) => judgeSource(source, hardwareClock) },
];

const setIt = 'sudo timedatectl set-ntp true, and let the network reach a time server (UDP port 123)';

function judgeYear(wallMs: number): Verdict {
  const words = new Date(wallMs).toISOString();
  return wallMs >= earliestMs ? ok(words) : problem(`the clock says ${words}: it was never set`, setIt);
}

const words: Readonly<Record<Exclude<TrustSource, 'none'>, string>> = {
  host: 'the host keeps the clock: systemd does not run this machine',
  timesyncd: 'set from the network by systemd-timesyncd',
  timedatectl: 'kept in step with the network',
};

function judgeSource(source: TrustSource, hardwareClock: boolean): Verdict {
  if (source === 'host') return notApplicable(words.host);
  if (source !== 'none') return ok(words[source]);
  const battery = hardwareClock ? '' : ' and it has no battery';
  return warning(`not synchronised since the start${battery}: decisions are careful (rules.untrustedClock)`, setIt);
}

export const clock = area('Clock', gather, checks);
