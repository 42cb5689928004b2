// The line to the service manager: one datagram per message, handed to the kernel before the call returns. What cannot be
// sent is told of in the log and ends nothing: the door is worth more than what systemd thinks of it.

import type { Log } from '../log.ts';
import type { ManagerSettings } from './environment.ts';

/** What may be said (sd_notify(3)): `READY=1`, `STATUS=…`, and so on. */
export type Assignment = `${Uppercase<string>}=${string}`;

export interface Manager {
  /** Sends all assignments as one message. Never throws. */
  say(...assignments: readonly Assignment[]): void;
  /** Nothing can be said any more; may be called twice. */
  close(): void;
}

/** The longest message, in bytes: systemd reads 4096. */
const maxMessageBytes = 4_000;

/** Messages that the manager has not taken yet; while it takes none, later ones are dropped. */
const maxUntaken = 16;

/** Where nobody waits for a word. */
export const noManager: Manager = { say: () => {}, close: () => {} };

/** Never rejects. The package with datagram sockets is loaded only here, and only when a manager waits. */
export async function openManager(settings: ManagerSettings, log: Log): Promise<Manager> {
  const address = addressOf(settings.socket);
  if (address === null) {
    log('error', `NOTIFY_SOCKET=${settings.socket} is neither a path nor an abstract name: nothing is told to it`);
    return noManager;
  }
  let socket: import('node-unix-socket').DgramSocket;
  try {
    const { DgramSocket } = await import('node-unix-socket');
    socket = new DgramSocket();
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    log(
      'error',
      `the service manager cannot be told that the doors work, and may end this process: ${advice} (${why})`,
    );
    return noManager;
  }
  return sayingTo(socket, address, log);
}

const advice = "run npm install --no-save node-unix-socket in the program's folder";

function sayingTo(socket: import('node-unix-socket').DgramSocket, address: string, log: Log): Manager {
  let failure = '';
  let open = true;
  let untaken = 0;
  const fail = (error: unknown): void => {
    const words = error instanceof Error ? error.message : String(error);
    if (words !== failure) log('error', `the service manager did not take a message: ${words}`);
    failure = words;
  };
  socket.on('error', (error: unknown) => {
    open = false;
    fail(error);
  });
  return {
    say: (...assignments) => {
      if (!open) return;
      if (untaken >= maxUntaken) return fail('it takes none any more');
      const bytes = Buffer.from(assignments.map(onOneLine).join('\n')).subarray(0, maxMessageBytes);
      try {
        untaken += 1;
        socket.sendTo(bytes, 0, bytes.length, address, (error) => {
          untaken -= 1;
          if (error === undefined || error === null) failure = '';
          else fail(error);
        });
      } catch (error) {
        untaken -= 1;
        fail(error);
      }
    },
    close: () => {
      open = false;
      socket.close();
    },
  };
}

function onOneLine(assignment: Assignment): string {
  return assignment.replaceAll(/\s*\n\s*/g, ' ');
}

/** The kernel's own form; null for what sd_notify(3) does not name, or names for virtual machines only. */
function addressOf(socket: string): string | null {
  if (socket.startsWith('/')) return socket;
  return /^@[^\0]+$/.test(socket) ? `\0${socket.slice(1)}` : null;
}
