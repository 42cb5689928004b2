import { describe, expect, it } from 'vitest';
import { lostFault, openFault } from '../../../drivers/serial/port-faults.ts';

describe('why a serial port cannot be opened', () => {
  it.each([
    ['Error: No such file or directory, cannot open /dev/x', 'device-missing', 'plug the reader in'],
    ['Error: No such device or address, cannot open /dev/x', 'device-missing', 'plug the reader in'],
    ['Error: Permission denied, cannot open /dev/x', 'no-permission', 'dialout'],
    ['Error Resource temporarily unavailable Cannot lock port', 'device-busy', 'another program'],
    ['Error: Device or resource busy, cannot open /dev/x', 'device-busy', 'another program'],
    ['Error: Inappropriate ioctl for device setting custom baud rate of 9600', 'device-failed', 'not a serial port'],
    ['Error baud rate of 31337 is not supported on your platform', 'device-failed', 'baudRate'],
    ['Error: Input/output error, cannot open /dev/x', 'device-failed', 'Input/output error'],
  ])('%s', (text, code, hint) => {
    const fault = openFault('/dev/x', new Error(text));
    expect(fault.code).toBe(code);
    expect(fault.message).toContain('/dev/x');
    expect(fault.message).toContain(hint);
  });

  it('says of a lost device that it is waited for', () => {
    const fault = lostFault('/dev/x', new Error('bad file descriptor'));
    expect(fault.code).toBe('device-lost');
    expect(fault.message).toMatch(/\/dev\/x.*by itself.*bad file descriptor/);
  });
});
