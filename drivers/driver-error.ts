// What goes wrong in choosing and loading drivers. What goes wrong with a device is no error but a DeviceFault (port.ts).

export type DriverErrorCode =
  /** The config names a driver or a format that this version does not have. */
  | 'driver-unknown'
  /** The driver is part of this version but could not be loaded. */
  | 'driver-load'
  /** The driver needs an optional package that is not installed, or not compiled. */
  | 'driver-missing'
  /** The keeper's program is not there. */
  | 'keeper-missing'
  /** The devices could not be asked for: pcscd is not there, refuses, or does not answer. */
  | 'not-listed';

/** The message says which device of the config, what was attempted and what to do. */
export class DriverError extends Error {
  readonly code: DriverErrorCode;
  constructor(code: DriverErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DriverError';
    this.code = code;
  }
}
