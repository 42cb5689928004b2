// The machine's own hardware: a watchdog that starts it again when it hangs, and power enough.

import type { Tree } from '../../devices/tree.ts';
import { raspberryPi } from '../board.ts';
import { area, type Check, notApplicable, ok, problem, type Verdict, warning } from '../check.ts';
import { type Machine, output } from '../machine.ts';
import type { Setup } from '../setup.ts';

export interface HardwareFacts {
  readonly pi: string | null;
  readonly watchdog: boolean;
  /** What systemd feeds it with, as systemctl prints it (`0`, `infinity`, `15s`); null where it was not asked. */
  readonly fed: string | null;
  /** What the firmware of a Pi says (`vcgencmd get_throttled`); null where it was not asked. */
  readonly throttled: number | null;
  /** Whether a sensor says now that the voltage is too low; null where there is none. */
  readonly lowVoltage: boolean | null;
}

async function gather({ tree }: Machine, { systemd }: Setup): Promise<HardwareFacts> {
  const pi = raspberryPi(tree);
  const said = pi === null ? null : await output(tree, 'vcgencmd', ['get_throttled']);
  const bits = /^throttled=0x([0-9a-f]+)$/i.exec(said ?? '')?.[1];
  return {
    pi,
    watchdog: tree.exists('/dev/watchdog') || tree.exists('/dev/watchdog0'),
    fed: systemd ? await output(tree, 'systemctl', ['show', '--property=RuntimeWatchdogUSec', '--value']) : null,
    throttled: bits === undefined ? null : Number.parseInt(bits, 16),
    lowVoltage: lowVoltage(tree),
  };
}

/** The sensor of the Pi's firmware driver (raspberrypi-hwmon). */
function lowVoltage(tree: Tree): boolean | null {
  const alarms = tree
    .names('/sys/class/hwmon')
    .flatMap((name) => tree.line(`/sys/class/hwmon/${name}/in0_lcrit_alarm`) ?? []);
  return alarms.length === 0 ? null : alarms.includes('1');
}

const checks: readonly Check<HardwareFacts>[] = [
  { id: 'watchdog', judge: judgeWatchdog },
  { id: 'power', judge: judgePower },
];

function judgeWatchdog({ watchdog, fed, pi }: HardwareFacts): Verdict {
  if (!watchdog) {
    const mend =
      pi === null
        ? 'sudo modprobe softdog is better than nothing'
        : 'dtparam=watchdog=on in /boot/firmware/config.txt, then restart';
    return warning('no /dev/watchdog: a machine that hangs stays so until somebody comes', mend);
  }
  if (fed === null) return ok('/dev/watchdog is there');
  if (fed !== '0' && fed !== 'infinity' && fed !== '') return ok(`systemd feeds /dev/watchdog (${fed})`);
  return warning(
    '/dev/watchdog is there, and nobody has armed it',
    "sudo mkdir -p /etc/systemd/system.conf.d && printf '[Manager]\\nRuntimeWatchdogSec=15\\n' | sudo tee /etc/systemd/system.conf.d/cardea-watchdog.conf && sudo systemctl daemon-reexec",
  );
}

const now = { underVoltage: 0x1, capped: 0x2, throttled: 0x4, hot: 0x8 } as const;
const since = { underVoltage: 0x1_0000, capped: 0x2_0000, throttled: 0x4_0000, hot: 0x8_0000 } as const;
const supply = 'use the power supply made for this Pi, a short thick cable, and a powered hub for readers';

function judgePower({ pi, throttled, lowVoltage: low }: HardwareFacts): Verdict {
  if (throttled !== null) {
    const hex = `0x${throttled.toString(16)}`;
    if ((throttled & now.underVoltage) !== 0) return problem(`the voltage is too low now (${hex})`, supply);
    if ((throttled & since.underVoltage) !== 0)
      return warning(`the voltage was too low since the start (${hex})`, supply);
    if ((throttled & (now.hot | now.throttled | since.hot | since.throttled)) !== 0) {
      return warning(`it is, or was, too hot (${hex})`, 'give it air or a heat sink');
    }
    return ok(`no want of power since the start (${hex})`);
  }
  if (low === true) return problem('the voltage is too low now', supply);
  if (low === false) return ok('the voltage is right now');
  return notApplicable(pi === null ? 'no Raspberry Pi' : 'vcgencmd does not answer, and there is no sensor');
}

export const hardware = area('Hardware', gather, checks);
