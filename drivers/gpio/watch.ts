// One descriptor of a line that is watched with epoll: a read on Node's thread pool would keep the process from ending.

import { loadEpoll } from './natives.ts';

/** What epoll is asked to tell of: `edge` of sysfs lines, `events` of the character device. */
export type Watched = 'edge' | 'events';

/**
 * Called on the main loop, again and again while there is something to read.
 * @param error the descriptor cannot be watched any more.
 */
export type Heard = (error: Error | null) => void;

/**
 * Leaves nothing behind where it fails.
 * @returns ends it; to be called once, before `fd` is closed.
 * @throws DriverError `driver-missing`, or what epoll says
 */
export function watch(fd: number, what: Watched, heard: Heard): () => void {
  const Epoll = loadEpoll();
  const broken = Epoll.EPOLLERR | Epoll.EPOLLHUP;
  const poller = new Epoll((error, _fd, events) => {
    // An edge of sysfs comes with EPOLLERR.
    const gone = what === 'events' && error === null && (events & broken) !== 0;
    heard(gone ? new Error('the kernel took it away') : error);
  });
  try {
    poller.add(fd, what === 'edge' ? Epoll.EPOLLPRI : Epoll.EPOLLIN | Epoll.EPOLLPRI);
  } catch (error) {
    poller.close();
    throw error;
  }
  return () => poller.remove(fd).close();
}
