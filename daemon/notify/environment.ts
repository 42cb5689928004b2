// What a service manager says in the environment of what it starts (sd_notify(3), sd_watchdog_enabled(3)). Read once, at the
// start; the only file here that reads environment variables.

export interface ManagerSettings {
  /** Where the manager listens: an absolute path, or `@` and a name without a file. */
  readonly socket: string;
  /** How long the manager bears silence, in milliseconds; null: it does not watch this process. */
  readonly watchdogMs: number | null;
}

/** null where no service manager waits for a word. */
export function managerSettings(): ManagerSettings | null {
  return readManagerSettings(process.env, process.pid);
}

/** The device and inode of the stream that systemd made for the journal; undefined where it made none. */
export function journalStream(): string | undefined {
  return process.env.JOURNAL_STREAM;
}

/** @param pid of this process: a watchdog that is meant for another one is not ours to feed. */
export function readManagerSettings(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): ManagerSettings | null {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: period, WATCHDOG_PID: watched } = env;
  if (socket === undefined || socket === '') return null;
  const meant = watched === undefined || watched === '' || watched === String(pid);
  const isPeriod = period !== undefined && /^[1-9]\d{0,17}$/.test(period);
  return { socket, watchdogMs: isPeriod && meant ? Number(period) / 1000 : null };
}
