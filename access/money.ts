// Money, exactly: decimal strings in, decimal strings out, whole numbers of the currency's minor unit between
// (rules.md O3: rounded half up to the minor unit). No floating point.

/**
 * Decimal places of the minor unit where they are not 2, as ISO 4217 list one has them. A list of our own, since edge and office
 * must round alike for ever: what a runtime shows of a currency (CLDR: none of a forint or a rupiah) changes with its version.
 */
const exceptions: ReadonlyMap<string, number> = new Map(
  Object.entries({
    0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
    3: 'BHD IQD JOD KWD LYD OMR TND',
    4: 'CLF UYW',
  }).flatMap(([digits, codes]) => codes.split(' ').map((code) => [code, Number(digits)] as const)),
);

/** Decimal places of the currency's minor unit (ISO 4217): 2 for EUR and HUF, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  return exceptions.get(currency) ?? 2;
}

/**
 * `price` × `numerator` ÷ `denominator` in minor units of the currency, rounded half up. All but the price are whole
 * numbers of at least 0 (the denominator at least 1).
 */
export function shareOfPrice(price: string, numerator: number, denominator: number, currency: string): bigint {
  const [whole = '0', fraction = ''] = price.split('.');
  const units = BigInt(whole + fraction);
  const dividend = units * BigInt(numerator) * 10n ** BigInt(minorDigits(currency));
  const divisor = BigInt(denominator) * 10n ** BigInt(fraction.length);
  return (dividend * 2n + divisor) / (divisor * 2n);
}

/** Minor units as the decimal string that events and documents carry. */
export function decimal(minor: bigint, currency: string): string {
  const digits = minorDigits(currency);
  if (digits === 0) return minor.toString();
  const text = minor.toString().padStart(digits + 1, '0');
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
