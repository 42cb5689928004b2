// From the config to its drivers: a driver's folder is imported only when the config names it, and one that this version
// does not have is refused with what there is instead.

import type { Clock, Random } from '../access/clock.ts';
import type {
  AccessPointConfig,
  InputConfig,
  InputName,
  PcscReaderConfig,
  ReaderConfig,
  SerialReaderConfig,
} from '../config/types.ts';
import { DriverError } from './driver-error.ts';
import type { KeeperEvents, KeeperLink } from './keeper/keeper-link.ts';
import type { KeeperLine } from './keeper/messages.ts';
import type { PcscHub } from './pcsc/hub.ts';
import type { Input, Reader, Simulated, SimulatedInput } from './port.ts';

export interface DriverTools {
  readonly clock: Clock;
  readonly random: Random;
}

/** Readers that are open beside each other. Those on PC/SC share one process beside pcscd; it runs while one of them is open. */
export class ReaderDrivers {
  readonly #tools: DriverTools;
  #pcscHub: PcscHub | null = null;

  constructor(tools: DriverTools) {
    this.#tools = tools;
  }

  /**
   * The reader that a config describes, not yet opened.
   * @throws DriverError `driver-unknown`, `driver-load`, `driver-missing`
   */
  async open(config: ReaderConfig): Promise<Reader> {
    const where = `reader ${config.id}`;
    switch (config.driver) {
      case 'simulated': {
        const { SimulatedReader } = await load(where, () => import('./simulated/simulated-reader.ts'));
        return new SimulatedReader();
      }
      case 'serial':
        return openSerial(where, config, this.#tools);
      case 'pcsc':
        return this.#openPcsc(where, config);
      default:
        throw unknown(where, `the driver ${config.driver}`, 'simulated, serial (format: line), pcsc');
    }
  }

  async #openPcsc(where: string, config: PcscReaderConfig): Promise<Reader> {
    const { makePcscHub, PcscReader } = await load(where, () => import('./pcsc/pcsc-reader.ts'));
    this.#pcscHub ??= makePcscHub(where, this.#tools.clock, this.#tools.random);
    return new PcscReader(config, this.#pcscHub, this.#tools.clock);
  }
}

async function openSerial(where: string, config: SerialReaderConfig, tools: DriverTools): Promise<Reader> {
  if (config.format !== 'line') throw unknown(where, `the serial format ${config.format}`, 'line');
  const { SerialReader } = await load(where, () => import('./serial/serial-reader.ts'));
  return new SerialReader(config, tools.clock, tools.random);
}

export interface InputPlace {
  readonly accessPoint: string;
  readonly name: InputName;
}

/**
 * The input that a config describes, not yet opened.
 * @throws DriverError `driver-unknown`, `driver-load`, `driver-missing`
 */
export async function openInput(
  { accessPoint, name }: InputPlace,
  config: InputConfig,
  { clock, random }: DriverTools,
): Promise<Input> {
  const where = `${name} of ${accessPoint}`;
  switch (config.driver) {
    case 'simulated': {
      const { SimulatedInput } = await load(where, () => import('./simulated/simulated-input.ts'));
      return new SimulatedInput();
    }
    case 'gpio': {
      const { gpioInput } = await load(where, () => import('./gpio/gpio-input.ts'));
      return gpioInput(where, config, accessPoint, clock, random);
    }
    default:
      throw unknown(where, `the driver ${config.driver}`, 'simulated, gpio');
  }
}

/**
 * The lock lines of all access points, in the order of their ids: what a keeper holds.
 * @throws DriverError `driver-unknown`
 */
export function lockLines(accessPoints: readonly Pick<AccessPointConfig, 'id' | 'lock'>[]): readonly KeeperLine[] {
  return accessPoints.map(keeperLine).sort((a, b) => (a.accessPoint < b.accessPoint ? -1 : 1));
}

/** Starts a keeper: each line is driven to its safe state before anything else. @throws DriverError `keeper-missing` */
export type StartKeeper = (lines: readonly KeeperLine[], events: KeeperEvents) => KeeperLink;

/** @throws DriverError `driver-load`, `driver-missing`, `keeper-missing` */
export async function loadKeeper(
  { clock, random }: DriverTools,
  accessPoints: readonly Pick<AccessPointConfig, 'id' | 'lock'>[],
): Promise<StartKeeper> {
  // The keeper loads the driver of real lines by itself; what it lacks is to be known before.
  const real = accessPoints.find(({ lock }) => lock.driver === 'gpio');
  if (real !== undefined) {
    const where = `lock of ${real.id}`;
    const { requireGpio } = await load(where, () => import('./gpio/natives.ts'));
    requireGpio(where);
  }
  const { KeeperLink } = await load('the locks', () => import('./keeper/keeper-link.ts'));
  const { keeperProgram } = await load('the locks', () => import('./keeper/keeper-process.ts'));
  keeperProgram();
  return (lines, events) => new KeeperLink(lines, clock, random, events);
}

function keeperLine({ id, lock }: Pick<AccessPointConfig, 'id' | 'lock'>): KeeperLine {
  const of = { accessPoint: id, failSafe: lock.failSafe };
  switch (lock.driver) {
    case 'simulated':
      return { ...of, output: { driver: 'simulated', file: lock.file } };
    case 'gpio': {
      const { driver, backend, chip, line, activeLow } = lock;
      return { ...of, output: { driver, backend, chip, line, activeLow } };
    }
    default:
      throw unknown(`lock of ${id}`, `the driver ${lock.driver}`, 'simulated, gpio');
  }
}

/** The hand that moves a simulated reader; null for a real one. */
export function handOf(reader: Reader): Simulated | null {
  return 'present' in reader && typeof reader.present === 'function' ? (reader as Reader & Simulated) : null;
}

/** The hand that moves a simulated input; null for a real one. */
export function inputHandOf(input: Input): SimulatedInput | null {
  return 'move' in input && typeof input.move === 'function' ? (input as Input & SimulatedInput) : null;
}

function unknown(where: string, what: string, there: string): DriverError {
  return new DriverError('driver-unknown', `${where}: ${what} is not in this version; there is: ${there}`);
}

async function load<T>(where: string, module: () => Promise<T>): Promise<T> {
  try {
    return await module();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DriverError('driver-load', `${where}: its driver could not be loaded; run npm ci (${why})`, { cause });
  }
}
