// Nothing is used twice: no GPIO line, no relay or input of an OSDP reader, no serial port, no PC/SC reader. And GPIO chips are
// best called by what does not change.

import { caution, type Finding, fault } from '../finding.ts';
import { quoted } from '../found.ts';
import { type KeyPath, keyPathText } from '../problem.ts';
import { listOf, type RawRecord, recordOf, textOf } from '../raw.ts';
import { doorLines } from './check-references.ts';

interface Use {
  readonly path: KeyPath;
  /** The same for two uses of one thing. */
  readonly thing: string;
  readonly words: string;
}

/** @param deviceOf the device behind a port's path, so that two names of one port are known for what they are */
export function checkHardware(raw: unknown, deviceOf: (path: string) => string): Finding[] {
  const readers = listOf(recordOf(raw).readers).map((reader, index) => ({
    path: ['readers', index] as const,
    reader: recordOf(reader),
  }));
  const lines = [...doorLines(raw).flatMap(lineUses), ...readers.flatMap(wiegandUses)];
  return [
    ...usedTwice(lines),
    ...doorLines(raw).flatMap(numberedChips),
    ...usedTwice(readers.flatMap(pcscUses)),
    ...checkPorts(readers, deviceOf),
  ];
}

/** The kernel numbers chips in the order in which it finds them. */
function numberedChips({ path, line }: { path: KeyPath; line: RawRecord }): Finding[] {
  const chip = textOf(line.chip);
  if (line.driver !== 'gpio' || chip === undefined || !/^gpiochip\d+$/.test(chip)) return [];
  const words = `${quoted(chip)}, the kernel's name of a chip, may be another chip after the next start`;
  return [caution([...path, 'chip'], words, 'its label, as cardea devices shows it')];
}

function usedTwice(uses: readonly Use[]): Finding[] {
  const first = new Map<string, KeyPath>();
  return uses.flatMap(({ path, thing, words }) => {
    const before = first.get(thing);
    if (before !== undefined) return [fault(path, `${words}, already used by ${keyPathText(before)}`, 'each once')];
    first.set(thing, path);
    return [];
  });
}

function gpioUse(path: KeyPath, chip: unknown, line: unknown): Use[] {
  if (textOf(chip) === undefined || typeof line !== 'number') return [];
  return [{ path, thing: `gpio ${chip} ${line}`, words: `line ${line} of ${chip}` }];
}

function lineUses({ path, line }: { path: KeyPath; line: RawRecord }): Use[] {
  if (line.driver === 'gpio') return gpioUse([...path, 'line'], line.chip, line.line);
  const reader = textOf(line.reader);
  if (line.driver !== 'osdp' || reader === undefined) return [];
  const key = path.at(-1) === 'lock' ? 'output' : 'input';
  const number = typeof line[key] === 'number' ? line[key] : 0;
  return [
    { path: [...path, key], thing: `osdp ${key} ${number} ${reader}`, words: `${key} ${number} of reader ${reader}` },
  ];
}

interface ReaderAt {
  readonly path: KeyPath;
  readonly reader: RawRecord;
}

function wiegandUses({ path, reader }: ReaderAt): Use[] {
  if (reader.driver !== 'wiegand') return [];
  return ['data0', 'data1'].flatMap((key) => gpioUse([...path, key], reader.chip, reader[key]));
}

function pcscUses({ path, reader }: ReaderAt): Use[] {
  const name = textOf(reader.reader);
  if (reader.driver !== 'pcsc' || name === undefined) return [];
  return [{ path: [...path, 'reader'], thing: name, words: `the PC/SC reader ${quoted(name)}` }];
}

/** One port serves one reader, or several OSDP readers of one speed and different addresses. */
function checkPorts(readers: readonly ReaderAt[], deviceOf: (path: string) => string): Finding[] {
  const ports = new Map<string, ReaderAt[]>();
  return readers.flatMap((current) => {
    const port = textOf(current.reader.path);
    if (port === undefined || (current.reader.driver !== 'serial' && current.reader.driver !== 'osdp')) return [];
    const device = deviceOf(port);
    const others = ports.get(device) ?? [];
    ports.set(device, [...others, current]);
    for (const other of others) {
      const finding = portConflict(current, other, port);
      if (finding !== null) return [finding];
    }
    return [];
  });
}

function portConflict({ path, reader }: ReaderAt, other: ReaderAt, port: string): Finding | null {
  const by = `${keyPathText(other.path)} (${textOf(other.reader.id) ?? 'no id'})`;
  if (reader.driver !== 'osdp' || other.reader.driver !== 'osdp') {
    const allowed = 'one reader on a port; only osdp readers share one';
    return fault([...path, 'path'], `${quoted(port)}, already the port of ${by}`, allowed);
  }
  if (reader.address !== undefined && reader.address === other.reader.address) {
    return fault(
      [...path, 'address'],
      `address ${String(reader.address)}, already that of ${by} on one port`,
      'each address once',
    );
  }
  const [own, theirs] = [reader.baudRate ?? 9600, other.reader.baudRate ?? 9600];
  if (own === theirs) return null;
  const key = reader.baudRate === undefined ? 'path' : 'baudRate';
  return fault(
    [...path, key],
    `${String(own)} baud, on one port with ${by} at ${String(theirs)}`,
    'one baudRate for all readers of a port',
  );
}
