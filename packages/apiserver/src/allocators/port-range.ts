import { randomInt } from 'node:crypto';
import { rangeOffset } from './address-range';
import { AllocationError, rangeIsFull } from './allocation-error';

/** An inclusive range of ports. */
export interface PortRange {
  readonly base: number;
  readonly size: number;
}

const MAX_PORT = 65_535;

/** Reads `30000-32767`, `30000+2767` or `30000`, as upstream's flag takes them. Fails with a message if it is none. */
export function parsePortRange(text: string): PortRange {
  const match = /^(\d+)(?:([-+])(\d+))?$/.exec(text.trim());
  const base = Number(match?.[1]);
  const second = match?.[3] === undefined ? undefined : Number(match[3]);
  const last = second === undefined ? base : match?.[2] === '+' ? base + second : second;
  if (!match || base > MAX_PORT || last > MAX_PORT || last < base) throw new Error(`"${text}" is not a valid port range`);
  return { base, size: last - base + 1 };
}

/** `30000-32767`: how the stored allocation and messages name it. */
export function formatPortRange({ base, size }: PortRange): string {
  return size === 1 ? String(base) : `${base}-${base + size - 1}`;
}

/** Which ports of a range are taken: one bit each, stored as the big-endian bytes of one number, as upstream's AllocationBitmap. */
export class PortBitmap {
  private readonly bits: Uint8Array;

  constructor(
    readonly range: PortRange,
    stored: Uint8Array = new Uint8Array(),
  ) {
    this.bits = new Uint8Array(Math.ceil(range.size / 8));
    this.restore(stored);
  }

  /** Goes back to what `encode` gave. */
  restore(stored: Uint8Array): void {
    for (let i = 0; i < this.bits.length; i += 1) this.bits[i] = stored[stored.length - 1 - i] ?? 0;
  }

  copy(): PortBitmap {
    return new PortBitmap(this.range, this.encode());
  }

  has(port: number): boolean {
    return this.contains(port) && this.isSet(port - this.range.base);
  }

  contains(port: number): boolean {
    return port >= this.range.base && port < this.range.base + this.range.size;
  }

  /** Fails with an AllocationError if the port is taken or not in the range. */
  take(port: number): void {
    if (!this.contains(port)) {
      const valid = formatPortRange(this.range);
      throw new AllocationError('not-in-range', `provided port is not in the valid range. The range of valid ports is ${valid}`);
    }
    if (this.has(port)) throw new AllocationError('allocated', 'provided port is already allocated');
    this.flip(port - this.range.base);
  }

  /** Takes a free port, of the upper part first: the lower part is kept for ports that users choose. Fails with an AllocationError. */
  takeNext(): number {
    const { base, size } = this.range;
    const offset = Number(rangeOffset(BigInt(size), { min: 16n, max: 128n, step: 32n }));
    const position = this.findFree(offset, size) ?? this.findFree(0, offset);
    if (position === undefined) throw rangeIsFull();
    this.flip(position);
    return base + position;
  }

  /** Nothing happens if the port is free or not in the range. */
  release(port: number): void {
    if (this.has(port)) this.flip(port - this.range.base);
  }

  taken(): number[] {
    const { base, size } = this.range;
    return Array.from({ length: size }, (_, i) => base + i).filter((port) => this.has(port));
  }

  /** Without leading zeros. */
  encode(): Buffer {
    const bytes = Buffer.from(this.bits).reverse();
    const first = bytes.findIndex((byte) => byte !== 0);
    return first < 0 ? Buffer.alloc(0) : bytes.subarray(first);
  }

  private findFree(from: number, to: number): number | undefined {
    const size = to - from;
    if (size <= 0) return undefined;
    const start = randomInt(size);
    for (let step = 0; step < size; step += 1) {
      const position = from + ((start + step) % size);
      if (!this.isSet(position)) return position;
    }
    return undefined;
  }

  private isSet(position: number): boolean {
    return ((this.bits[position >> 3] ?? 0) & (1 << (position & 7))) !== 0;
  }

  private flip(position: number): void {
    this.bits[position >> 3] = (this.bits[position >> 3] ?? 0) ^ (1 << (position & 7));
  }
}
