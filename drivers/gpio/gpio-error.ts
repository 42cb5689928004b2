// What goes wrong with a chip or a line: a stable code, and one sentence that says what to do.

export type GpioErrorCode =
  | 'chip-missing'
  /** Several chips have that label. */
  | 'chip-ambiguous'
  | 'line-out-of-range'
  /** Somebody else holds it. */
  | 'line-busy'
  | 'no-permission'
  /** It was exported just now, and udev has not set its rights yet: the next try tells whether there is anything wrong. */
  | 'line-settling'
  /** No /sys/class/gpio. */
  | 'no-sysfs-gpio'
  /** The chip was there, and is gone. */
  | 'chip-gone'
  /** Somebody else moved the line, or it does not take what is set. */
  | 'line-moved'
  /** The system refused for another reason, which the message quotes. */
  | 'gpio-failed';

export class GpioError extends Error {
  readonly code: GpioErrorCode;
  constructor(code: GpioErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GpioError';
    this.code = code;
  }
}

/** The system's own code of an error, as EBUSY; empty where it has none. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

export function systemWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Codes by which the system says that the chip behind an open file is no more. */
export function isGone(error: unknown): boolean {
  return ['ENODEV', 'ENXIO', 'ENOENT'].includes(systemCode(error));
}
