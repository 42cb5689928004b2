// Looks at the frames of MQTT 3.1.1 (section 2.2) as they come from a broker, and lets no message through that is longer
// than allowed: its payload is thrown away as it arrives, so that it never stands in memory, and the message goes on with an
// empty one, so that it is acknowledged and the broker does not send it again.

export class PacketError extends Error {
  readonly code = 'packet';
  constructor(message: string) {
    super(message);
    this.name = 'PacketError';
  }
}

const connack = 2;
const publish = 3;
/** Longest packet of another kind: those that a broker sends hold a few bytes for each subscription. */
const maxControlBytes = 64 * 1024;

export class PacketGuard {
  readonly #maxPayloadBytes: number;
  readonly #oversized: (topic: string, bytes: number) => void;
  /** The beginning of a packet, as far as it is needed to decide on it. */
  #start: Buffer = Buffer.alloc(0);
  #passBytes = 0;
  #dropBytes = 0;
  #answered = false;

  /** @param oversized is told of each message that lost its payload of `bytes`. */
  constructor(maxPayloadBytes: number, oversized: (topic: string, bytes: number) => void) {
    this.#maxPayloadBytes = maxPayloadBytes;
    this.#oversized = oversized;
  }

  /**
   * What may go on of the bytes that came, in order.
   * @throws PacketError where they are no MQTT; the connection is then of no more use.
   */
  feed(bytes: Buffer): Buffer[] {
    const out: Buffer[] = [];
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#passBytes > 0) {
        const piece = rest.subarray(0, this.#passBytes);
        out.push(piece);
        this.#passBytes -= piece.length;
        rest = rest.subarray(piece.length);
      } else if (this.#dropBytes > 0) {
        const dropped = Math.min(this.#dropBytes, rest.length);
        this.#dropBytes -= dropped;
        rest = rest.subarray(dropped);
      } else rest = this.#begin(rest, out);
    }
    return out;
  }

  /** Decides on the packet that begins here; gives back what lies behind the part that was needed for it. */
  #begin(bytes: Buffer, out: Buffer[]): Buffer {
    const known = this.#start.length;
    const seen = known === 0 ? bytes : Buffer.concat([this.#start, bytes]);
    const header = fixedHeader(seen);
    const needed = header === null ? null : this.#needed(seen, header);
    if (header === null || needed === null) {
      this.#start = Buffer.from(seen);
      return Buffer.alloc(0);
    }
    this.#start = Buffer.alloc(0);
    const payloadBytes = header.bytes + header.remaining - needed;
    if (needed === header.bytes || payloadBytes <= this.#maxPayloadBytes) {
      out.push(seen.subarray(0, needed));
      this.#passBytes = payloadBytes;
    } else {
      const variable = seen.subarray(header.bytes, needed);
      out.push(Buffer.from([seen[0] ?? 0, ...lengthBytes(variable.length)]), variable);
      this.#dropBytes = payloadBytes;
      this.#oversized(variable.toString('utf8', 2, 2 + variable.readUInt16BE(0)), payloadBytes);
    }
    return seen.subarray(needed);
  }

  /** How many bytes of the packet must be seen to decide on it; null where more must come first. */
  #needed(seen: Buffer, { type, qos, bytes, remaining }: FixedHeader): number | null {
    if (!this.#answered && type !== connack) throw new PacketError('what answers here does not speak MQTT');
    this.#answered = true;
    if (type !== publish) {
      if (remaining > maxControlBytes) throw new PacketError(`a packet of kind ${type} with ${remaining} bytes`);
      return bytes;
    }
    if (remaining <= this.#maxPayloadBytes) return bytes;
    if (seen.length < bytes + 2) return null;
    const variableBytes = 2 + seen.readUInt16BE(bytes) + (qos > 0 ? 2 : 0);
    if (variableBytes > remaining) throw new PacketError('a message shorter than its topic');
    return seen.length < bytes + variableBytes ? null : bytes + variableBytes;
  }
}

interface FixedHeader {
  readonly type: number;
  readonly qos: number;
  readonly bytes: number;
  readonly remaining: number;
}

/** MQTT 3.1.1 section 2.2.3: seven bits a byte, at most four of them. null where more must come first. */
function fixedHeader(seen: Buffer): FixedHeader | null {
  const first = seen[0] ?? 0;
  let remaining = 0;
  for (let n = 1; n <= 4; n++) {
    const byte = seen[n];
    if (byte === undefined) return null;
    remaining += (byte & 0x7f) * 128 ** (n - 1);
    if (byte < 0x80) return { type: first >> 4, qos: (first >> 1) & 3, bytes: n + 1, remaining };
  }
  throw new PacketError('a packet whose length has no end');
}

function lengthBytes(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  do {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return bytes;
}
