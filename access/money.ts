// Money, exactly: decimal strings in, decimal strings out, whole numbers of the currency's minor unit between
// (rules.md O3: rounded half up to the minor unit). No floating point.

const digitsKept = new Map<string, number>();

/** Decimal places of the currency's minor unit (ISO 4217): 2 for EUR, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  let digits = digitsKept.get(currency);
  if (digits === undefined) {
    digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
    digitsKept.set(currency, digits);
  }
  return digits;
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
