// Which commands there are. Each is imported only when it is called, so that `cardea tap` starts as fast as it can.

import type { Command } from 'commander';
import type { Io } from './io.ts';

/** Adds one command, with its options and its action, to the program. */
export type Register = (program: Command, io: Io) => void;

export interface CommandEntry {
  readonly name: string;
  /** One line for `cardea --help`. */
  readonly summary: string;
  load(): Promise<Register>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary: 'a whole system on this machine, to try things on',
    load: async () => (await import('./commands/demo.ts')).registerDemo,
  },
  {
    name: 'run',
    summary: 'the controller daemon',
    load: async () => (await import('./commands/run.ts')).registerRun,
  },
  {
    name: 'safe',
    summary: 'drive every lock to its safe state, where no controller runs',
    load: async () => (await import('./commands/safe.ts')).registerSafe,
  },
  {
    name: 'tap',
    summary: 'present a credential at a simulated reader of a running controller',
    load: async () => (await import('./commands/tap.ts')).registerTap,
  },
  {
    name: 'input',
    summary: 'move a simulated contact or button of a running controller',
    load: async () => (await import('./commands/input.ts')).registerInput,
  },
  {
    name: 'unlock',
    summary: 'release a door once, or all doors of a space',
    load: async () => (await import('./commands/release.ts')).registerUnlock,
  },
  {
    name: 'lock',
    summary: 'end a release that runs',
    load: async () => (await import('./commands/release.ts')).registerLock,
  },
  {
    name: 'mode',
    summary: 'set the mode of a door, or of all doors of a space',
    load: async () => (await import('./commands/mode.ts')).registerMode,
  },
  {
    name: 'call',
    summary: 'ask for help at a door, and name who was last refused there',
    load: async () => (await import('./commands/call.ts')).registerCall,
  },
  {
    name: 'identify',
    summary: 'make a reader show which one it is',
    load: async () => (await import('./commands/identify.ts')).registerIdentify,
  },
  {
    name: 'forgive',
    summary: 'let in again whom anti-passback takes for inside; end the lock-out of a reader',
    load: async () => (await import('./commands/forgive.ts')).registerForgive,
  },
  {
    name: 'checkin',
    summary: 'begin a visit of a customer by hand',
    load: async () => (await import('./commands/people.ts')).registerCheckin,
  },
  {
    name: 'checkout',
    summary: 'end a visit of a customer by hand',
    load: async () => (await import('./commands/people.ts')).registerCheckout,
  },
  {
    name: 'admit',
    summary: 'let a customer in who asked without a card',
    load: async () => (await import('./commands/people.ts')).registerAdmit,
  },
  {
    name: 'test',
    summary: 'say whether the line of a lock follows',
    load: async () => (await import('./commands/point.ts')).registerTest,
  },
  {
    name: 'status',
    summary: 'the doors, readers, replica and sync of a running controller',
    load: async () => (await import('./commands/status.ts')).registerStatus,
  },
  {
    name: 'decide',
    summary: 'what a door would answer, and why',
    load: async () => (await import('./commands/decide.ts')).registerDecide,
  },
  {
    name: 'replay',
    summary: 'run a scenario through the same code on a virtual clock',
    load: async () => (await import('./commands/replay.ts')).registerReplay,
  },
  {
    name: 'check',
    summary: 'say everything that is wrong in a config',
    load: async () => (await import('./commands/check.ts')).registerCheck,
  },
  {
    name: 'schema',
    summary: 'JSON Schema of configs, replicas, scenarios and events',
    load: async () => (await import('./commands/schema.ts')).registerSchema,
  },
  {
    name: 'events',
    summary: 'the journal: what happened at the doors',
    load: async () => (await import('./commands/events.ts')).registerEvents,
  },
  {
    name: 'verify',
    summary: 'check that no record of the journal was altered or lost',
    load: async () => (await import('./commands/verify.ts')).registerVerify,
  },
  {
    name: 'backup',
    summary: 'copy what a controller must not lose, while it runs',
    load: async () => (await import('./commands/backup.ts')).registerBackup,
  },
  {
    name: 'restore',
    summary: 'put a backup in the place of what a stopped controller has',
    load: async () => (await import('./commands/restore.ts')).registerRestore,
  },
  {
    name: 'devices',
    summary: 'what is plugged in, as lines to paste into a config',
    load: async () => (await import('./commands/devices.ts')).registerDevices,
  },
  {
    name: 'doctor',
    summary: "check a machine's set-up, and say how to mend each finding",
    load: async () => (await import('./commands/doctor.ts')).registerDoctor,
  },
  {
    name: 'keys',
    summary: "make a controller's, an office's or a site's keys",
    load: async () => (await import('./commands/keys.ts')).registerKeys,
  },
  {
    name: 'office',
    summary: 'the central office: run it, import, read its records',
    load: async () => (await import('./commands/office.ts')).registerOffice,
  },
];
