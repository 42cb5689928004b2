// The kernel's character device for GPIO, version 2 of its interface (include/uapi/linux/gpio.h): what goes into its ioctl
// calls and what comes out. The same bytes on all machines of one byte order; every machine that runs Node is little-endian.

export const chipInfoRequest = 0x8044b401;
export const lineInfoRequest = 0xc100b405;
export const lineRequest = 0xc250b407;
export const getValuesRequest = 0xc010b40e;
export const setValuesRequest = 0xc010b40f;

export const chipInfoBytes = 68;
export const lineInfoBytes = 256;
export const lineRequestBytes = 592;
export const lineEventBytes = 48;

/** Places within the line request: 64 offsets, the holder's name, its config, how many lines, the queue's size, the answer. */
const requestAt = { consumer: 256, config: 288, lines: 560, events: 564, fd: 588 };
/** Places within the line config: flags, how many attributes, and from 32 on the attributes of 24 bytes each. */
const configAt = { flags: 0, attributes: 8, first: 32 };

const flag = { used: 1n << 0n, activeLow: 1n << 1n, input: 1n << 2n, output: 1n << 3n, bothEdges: 3n << 4n };
/** `GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES` */
const outputValues = 2;
/** `GPIO_V2_LINE_EVENT_RISING_EDGE`: to the active level, whatever that is. */
const rising = 1;

/** Events that the kernel keeps for one line while nobody reads them; then it drops the oldest. */
export const eventQueue = 1024;

export interface ChipInfo {
  /** As `gpiochip0`. */
  readonly name: string;
  readonly label: string;
  readonly lines: number;
}

export function readChipInfo(bytes: Buffer): ChipInfo {
  return { name: text(bytes, 0, 32), label: text(bytes, 32, 32), lines: bytes.readUInt32LE(64) };
}

export interface LineInfo {
  readonly name: string;
  readonly consumer: string;
  readonly used: boolean;
}

/** What to ask who holds a line with; the answer is written into it. */
export function lineInfoQuestion(offset: number): Buffer {
  const bytes = Buffer.alloc(lineInfoBytes);
  bytes.writeUInt32LE(offset, 64);
  return bytes;
}

export function readLineInfo(bytes: Buffer): LineInfo {
  const used = (bytes.readBigUInt64LE(72) & flag.used) !== 0n;
  return { name: text(bytes, 0, 32), consumer: text(bytes, 32, 32), used };
}

interface Requested {
  readonly line: number;
  readonly activeLow: boolean;
  /** At most 31 bytes. */
  readonly consumer: string;
}

/** An output that is driven `active` from its first moment on. */
export function outputRequest({ line, activeLow, consumer }: Requested, active: boolean): Buffer {
  const bytes = baseRequest(line, consumer, flag.output | (activeLow ? flag.activeLow : 0n));
  const attribute = requestAt.config + configAt.first;
  bytes.writeUInt32LE(1, requestAt.config + configAt.attributes);
  bytes.writeUInt32LE(outputValues, attribute);
  bytes.writeBigUInt64LE(active ? 1n : 0n, attribute + 8);
  bytes.writeBigUInt64LE(1n, attribute + 16);
  return bytes;
}

/** An input whose edges, both, are kept with their times of CLOCK_MONOTONIC. */
export function inputRequest({ line, activeLow, consumer }: Requested): Buffer {
  const bytes = baseRequest(line, consumer, flag.input | flag.bothEdges | (activeLow ? flag.activeLow : 0n));
  bytes.writeUInt32LE(eventQueue, requestAt.events);
  return bytes;
}

function baseRequest(line: number, consumer: string, flags: bigint): Buffer {
  const bytes = Buffer.alloc(lineRequestBytes);
  bytes.writeUInt32LE(line, 0);
  bytes.write(consumer, requestAt.consumer, 31, 'utf8');
  bytes.writeBigUInt64LE(flags, requestAt.config + configAt.flags);
  bytes.writeUInt32LE(1, requestAt.lines);
  return bytes;
}

/** The line's own file descriptor, which the kernel wrote into the request. */
export function requestedFd(bytes: Buffer): number {
  return bytes.readInt32LE(requestAt.fd);
}

/** For both directions: the only line of the request. */
export function lineValue(active: boolean): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(active ? 1n : 0n, 0);
  bytes.writeBigUInt64LE(1n, 8);
  return bytes;
}

export function readLineValue(bytes: Buffer): boolean {
  return (bytes.readBigUInt64LE(0) & 1n) !== 0n;
}

export interface LineEvent {
  readonly active: boolean;
  /** CLOCK_MONOTONIC. */
  readonly atNs: bigint;
  /** Counts the events of the request from 1 on, modulo 2^32. */
  readonly sequence: number;
}

/** @param bytes what one read gave: whole events, oldest first. */
export function readLineEvents(bytes: Buffer): LineEvent[] {
  const count = Math.floor(bytes.length / lineEventBytes);
  return Array.from({ length: count }, (_, index) => {
    const at = index * lineEventBytes;
    return {
      atNs: bytes.readBigUInt64LE(at),
      active: bytes.readUInt32LE(at + 8) === rising,
      sequence: bytes.readUInt32LE(at + 16),
    };
  });
}

/** Up to the first zero byte. */
function text(bytes: Buffer, at: number, length: number): string {
  const part = bytes.subarray(at, at + length);
  const end = part.indexOf(0);
  return part.toString('utf8', 0, end === -1 ? length : end);
}
