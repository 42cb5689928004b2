// Waiting for a condition of a real process: asks until it holds or the deadline is over. The only wait that tests have.

/** Deadlines are generous: they end a broken test, they judge no speed. */
const deadlineMs = 60_000;
const pauseMs = 20;

/**
 * Settles with the first value of `probe` that is neither undefined nor false.
 * @param what in words; a function is asked when the deadline is over.
 * @throws Error naming `what` when the deadline is over, with the last failure of the probe as its cause.
 */
export async function eventually<T>(
  what: string | (() => string),
  probe: () => T | Promise<T>,
): Promise<Exclude<T, undefined | false>> {
  const endMs = performance.now() + deadlineMs;
  let failure: unknown;
  while (performance.now() < endMs) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>;
    } catch (error) {
      failure = error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  const words = typeof what === 'string' ? what : what();
  throw new Error(`did not happen within ${deadlineMs / 1000} s: ${words}`, { cause: failure });
}
