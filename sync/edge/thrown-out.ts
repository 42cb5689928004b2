// Notices connections that the broker ends soon after they began, again and again: what each of two controllers sees that
// connect under one name. MQTT 3.1.1 does not say why a connection ends, so this is a suspicion, told at most once an hour.

/** So many ended connections within so long are no accident any more. */
const suspicious = 5;
const withinMs = 600_000;
const quietMs = 3_600_000;

interface Monotonic {
  now(): { readonly sinceBootMs: number };
}

export class ThrownOut {
  readonly #clock: Monotonic;
  readonly #tell: (times: number, withinMs: number) => void;
  #endedMs: number[] = [];
  #toldMs: number | null = null;

  constructor(clock: Monotonic, tell: (times: number, withinMs: number) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** The broker ended a connection that it had taken. */
  ended(): void {
    const nowMs = this.#clock.now().sinceBootMs;
    this.#endedMs = [...this.#endedMs.filter((ms) => ms > nowMs - withinMs), nowMs].slice(-suspicious);
    const [firstMs] = this.#endedMs;
    if (firstMs === undefined || this.#endedMs.length < suspicious) return;
    if (this.#toldMs !== null && nowMs - this.#toldMs < quietMs) return;
    this.#toldMs = nowMs;
    this.#tell(suspicious, nowMs - firstMs);
  }
}
