// Why a serial port cannot be used, in words that say what to do. serialport gives its errors only as the C library's
// text for errno (in English: Node sets no locale), so the text is what tells them apart.

import type { DeviceFault } from '../port.ts';

interface Known {
  readonly text: RegExp;
  readonly code: string;
  readonly todo: (path: string) => string;
}

const known: readonly Known[] = [
  {
    text: /No such file or directory|No such device|Not a directory/,
    code: 'device-missing',
    todo: (path) => `${path} is not there: plug the reader in, or compare the path with \`cardea devices\``,
  },
  {
    text: /Permission denied|Operation not permitted/,
    code: 'no-permission',
    todo: (path) => `${path} may not be opened by this user: add the user to the group of the device (often dialout)`,
  },
  {
    text: /Cannot lock port|Device or resource busy/,
    code: 'device-busy',
    todo: (path) => `${path} is held by another program: stop that program, or give this reader a path of its own`,
  },
  {
    text: /Inappropriate ioctl|Is a directory/,
    code: 'device-failed',
    todo: (path) => `${path} is not a serial port: compare the path with \`cardea devices\``,
  },
  {
    text: /baud rate/i,
    code: 'device-failed',
    todo: (path) => `${path} refuses the speed: set baudRate to the one in the reader's manual`,
  },
];

/** The port could not be opened. */
export function openFault(path: string, error: Error): DeviceFault {
  const match = known.find((one) => one.text.test(error.message));
  if (match !== undefined) return { code: match.code, message: match.todo(path) };
  return {
    code: 'device-failed',
    message: `${path} could not be opened: check the cable and the reader (${error.message})`,
  };
}

/** The port was open and is gone. */
export function lostFault(path: string, error: Error): DeviceFault {
  return {
    code: 'device-lost',
    message: `${path} is gone: check the cable and the reader's power; it is opened again by itself (${error.message})`,
  };
}
