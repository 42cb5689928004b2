// The packages behind the gpio driver: optional, compiled, CommonJS. Each is loaded when a line needs it first.

import { createRequire } from 'node:module';
import { type OptionalDriver, type OptionalPackage, requirePackages } from '../optional-package.ts';

export type Ioctl = (fd: number, request: number, data: Buffer) => number;
export type EpollClass = typeof import('epoll').Epoll;
export type OnoffClass = typeof import('onoff').Gpio;

const ioctlPackage = { name: 'ioctl', compiled: { by: 'ioctl', file: 'build/Release/ioctl.node' } };
const epollPackage = { name: 'epoll', compiled: { by: 'epoll', file: 'build/Release/epoll.node' } };
const onoffPackage = { name: 'onoff', compiled: null };
const driver: OptionalDriver = {
  name: 'gpio',
  packages: [ioctlPackage, epollPackage, onoffPackage],
  libraries: [],
};

/** @throws DriverError `driver-missing` */
export function loadIoctl(): Ioctl {
  return load<Ioctl>(ioctlPackage);
}

/** @throws DriverError `driver-missing` */
export function loadEpoll(): EpollClass {
  return load<{ Epoll: EpollClass }>(epollPackage).Epoll;
}

/** It needs epoll too. @throws DriverError `driver-missing` */
export function loadOnoff(): OnoffClass {
  return load<{ Gpio: OnoffClass }>(onoffPackage, epollPackage).Gpio;
}

/** Whether all that a GPIO line may need is there. @throws DriverError `driver-missing` */
export function requireGpio(where: string): void {
  requirePackages(where, driver);
}

/** @param needs what it needs besides. */
function load<T>(wanted: OptionalPackage, ...needs: readonly OptionalPackage[]): T {
  requirePackages('a GPIO line', { ...driver, packages: [wanted, ...needs] });
  return createRequire(import.meta.url)(wanted.name) as T;
}
