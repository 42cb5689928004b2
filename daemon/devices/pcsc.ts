// The PC/SC readers that pcscd knows, and what each is to be called in a config.

/** Asks pcscd for the names of its readers; rejects with what is missing and what to do. */
export type ListReaders = () => Promise<readonly string[]>;

export interface PcscReader {
  /** pcscd's name, as `ACS ACR122U PICC Interface 00 00`. */
  readonly name: string;
  /** What belongs into a config: the name without the numbers that change with the order of plugging in. */
  readonly pattern: string;
}

export function pcscReaders(names: readonly string[]): PcscReader[] {
  return names.map((name) => {
    const pattern = name.replace(/ [0-9A-Fa-f]{2} [0-9A-Fa-f]{2}$/, ' *');
    const stem = pattern.slice(0, -1);
    // A pattern that fits two readers is refused: their whole names are then all that tells them apart.
    const alone = pattern !== name && names.every((other) => other === name || !other.startsWith(stem));
    return { name, pattern: alone ? pattern : name };
  });
}
