// A record as it stands in a file, as far as the checkers look at it.

export interface Recorded {
  readonly id: string;
  readonly site: string;
  readonly controller: string;
  readonly epoch: string;
  readonly seq: number;
  readonly type: string;
  readonly time: string;
  readonly clock: { readonly boot: string; readonly sinceBootMs: number; readonly synchronised: boolean };
  readonly accessPoint?: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly prev: string;
}
