// What a config needs of the machine.

import type { ControllerConfig, GpioLineConfig } from '../../config/types.ts';

/** Whether any reader, lock or input of a config has one of these drivers; false where there is no config. */
export function drives(config: ControllerConfig | null, ...drivers: readonly string[]): boolean {
  if (config === null) return false;
  const lines = config.accessPoints.flatMap(({ lock, contact, requestToExit, tamper, fire, help }) =>
    [lock, contact, requestToExit, tamper, fire, help].flatMap((line) => (line === null ? [] : [line.driver])),
  );
  return [...config.readers.map(({ driver }) => driver), ...lines].some((driver) => drivers.includes(driver));
}

export interface NamedPort {
  readonly path: string;
  /** The readers on it. */
  readonly readers: readonly string[];
}

/** The serial ports of a config, each once. */
export function namedPorts(config: ControllerConfig | null): NamedPort[] {
  const ports = new Map<string, string[]>();
  for (const reader of config?.readers ?? []) {
    if ('path' in reader) ports.set(reader.path, [...(ports.get(reader.path) ?? []), reader.id]);
  }
  return [...ports].map(([path, readers]) => ({ path, readers }));
}

/** The GPIO chips of a config, each once, as it names them. */
export function namedChips(config: ControllerConfig | null): string[] {
  const chips = new Set<string>();
  for (const { lock, contact, requestToExit, tamper, fire, help } of config?.accessPoints ?? []) {
    for (const line of [lock, contact, requestToExit, tamper, fire, help])
      if (line?.driver === 'gpio') chips.add(line.chip);
  }
  for (const reader of config?.readers ?? []) if (reader.driver === 'wiegand') chips.add(reader.chip);
  return [...chips];
}

export interface NamedLine {
  /** As `contact of front-door`. */
  readonly what: string;
  readonly isLock: boolean;
  readonly line: GpioLineConfig;
}

/** The locks and inputs of a config that are GPIO lines. */
export function namedLines(config: ControllerConfig | null): NamedLine[] {
  return (config?.accessPoints ?? []).flatMap(({ id, lock, contact, requestToExit, tamper, fire, help }) =>
    Object.entries({ lock, contact, requestToExit, tamper, fire, help }).flatMap(([name, line]) =>
      line?.driver === 'gpio' ? [{ what: `${name} of ${id}`, isLock: name === 'lock', line }] : [],
    ),
  );
}

/** The locks on GPIO lines, by the id of their access point. */
export function gpioLocks(
  config: ControllerConfig | null,
): { readonly accessPoint: string; readonly lock: GpioLineConfig }[] {
  return (config?.accessPoints ?? []).flatMap(({ id, lock }) =>
    lock.driver === 'gpio' ? [{ accessPoint: id, lock }] : [],
  );
}
