// What a door asks for beyond the rights of whoever stands before it (rules.md C6a). Each is off unless its config names it;
// durations in milliseconds, measured by the clock of the boot.

export interface LockOutSettings {
  /** So many unknown credentials and wrong PINs within the window lock a reader out. */
  readonly attempts: number;
  readonly windowMs: number;
  /** For so long. */
  readonly lastsMs: number;
}

/** An area that doors lead into: whoever is inside it cannot come in once more. */
export interface AreaSettings {
  readonly id: string;
  /** The area that it lies in, into which the way out of it leads; null: outside. */
  readonly around: string | null;
  /** The areas that lie in it, at any depth. */
  readonly inner: readonly string[];
  /**
   * `hard`: denied while inside. `timed`: denied for `timeMs` after the way in. `soft`: let in, and flagged. `off`: only
   * remembered.
   */
  readonly antiPassback: 'off' | 'soft' | 'hard' | 'timed';
  readonly timeMs: number;
  /** Time of day, `HH:MM` in the zone of the door's space, at which all are forgiven; null: none. */
  readonly forgiveAt: string | null;
}

export interface PinSettings {
  /**
   * `optional`: a PIN opens as any other credential does. `required`: a credential, and then its holder's PIN. `only`: nothing
   * but a PIN. `never`: no PIN opens.
   */
  readonly use: 'optional' | 'required' | 'only' | 'never';
  /** How long after the credential its PIN may come. */
  readonly withinMs: number;
}

export interface SiteRules {
  readonly lockOut: LockOutSettings | null;
  readonly area: AreaSettings | null;
  /** Doors of one name do not stand open together; null: this one may always. */
  readonly interlock: string | null;
  /** People inside the space behind the door, at most; null: no limit. */
  readonly occupancyLimit: number | null;
  /** Two people, the second so long after the first; null: one is enough. */
  readonly secondPerson: { readonly withinMs: number } | null;
  readonly pin: PinSettings;
}

/** Nothing is switched on. */
export const noSiteRules: SiteRules = {
  lockOut: null,
  area: null,
  interlock: null,
  occupancyLimit: null,
  secondPerson: null,
  pin: { use: 'optional', withinMs: 0 },
};
