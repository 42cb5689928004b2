// What the gpio driver uses of two packages that bring no types, as their sources of version 2.0.2 and 4.0.2 say it.

declare module 'ioctl' {
  /** @throws Error with the `code` of the system, as EBUSY. @param data read and written in place. */
  function ioctl(fd: number, request: number, data: Buffer): number;
  export = ioctl;
}

declare module 'epoll' {
  /** One thread of the process waits for all; `heard` is called on the main loop, again and again while an event lasts. */
  export class Epoll {
    static readonly EPOLLIN: number;
    static readonly EPOLLPRI: number;
    static readonly EPOLLERR: number;
    static readonly EPOLLHUP: number;
    constructor(heard: (error: Error | null, fd: number, events: number) => void);
    add(fd: number, events: number): this;
    /** To be called before `fd` is closed. */
    remove(fd: number): this;
    close(): void;
  }
}
