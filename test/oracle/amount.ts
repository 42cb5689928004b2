// Exact prices for the oracle: whole numbers of the currency's minor unit, rounded half up once.

/** Digits behind the point, as ISO 4217 says: of most currencies two. */
function digitsOf(currency: string): number {
  if (/^(BIF|CLP|DJF|GNF|ISK|JPY|KMF|KRW|PYG|RWF|UGX|UYI|VND|VUV|XAF|XOF|XPF)$/.test(currency)) return 0;
  if (/^(BHD|IQD|JOD|KWD|LYD|OMR|TND)$/.test(currency)) return 3;
  return /^(CLF|UYW)$/.test(currency) ? 4 : 2;
}

/** `price` times `times`, divided by `by`, in minor units of the currency, rounded half up. */
export function minorUnits(price: string, times: number, by: number, currency: string): bigint {
  const [whole = '0', fraction = ''] = price.split('.');
  const above = BigInt(whole + fraction) * BigInt(times) * 10n ** BigInt(digitsOf(currency));
  const below = BigInt(by) * 10n ** BigInt(fraction.length);
  return (above * 2n + below) / (below * 2n);
}

/** Minor units as a decimal string with the currency's digits. */
export function decimal(units: bigint, currency: string): string {
  const digits = digitsOf(currency);
  if (digits === 0) return units.toString();
  const text = units.toString().padStart(digits + 1, '0');
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Which of two decimal strings is the smaller: negative, 0 or positive. */
export function comparePrices(a: string, b: string): number {
  const scale = (price: string) => {
    const [whole = '0', fraction = ''] = price.split('.');
    return BigInt(whole + fraction.padEnd(10, '0'));
  };
  const difference = scale(a) - scale(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
