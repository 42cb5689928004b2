// Changing a value in one place.

/** Every place in a value, as the way to it. */
export function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, item]) => places(item, [...path, key]))];
}

/** The value with another one in a place; `undefined` takes the place away. */
export function replaced(value: unknown, [step, ...rest]: readonly (string | number)[], other: unknown): unknown {
  if (step === undefined) return other;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  const target = copy as Record<string | number, unknown>;
  const next = replaced(target[step], rest, other);
  if (next === undefined) delete target[step];
  else target[step] = next;
  return Array.isArray(copy) ? copy.filter((item) => item !== undefined) : copy;
}
