/** Record types and other numbers of the protocol that are looked at here; all others pass as they are. */
export const Type = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, HINFO: 13, TXT: 16, AAAA: 28, SRV: 33, OPT: 41, IXFR: 251, AXFR: 252, ANY: 255 } as const;
export const Rcode = { NoError: 0, FormErr: 1, ServFail: 2, NXDomain: 3, NotImp: 4, Refused: 5 } as const;
export const CLASS_IN = 1;
export const HEADER_BYTES = 12;

/** Bits of the header's flags. */
export const Flag = { QR: 0x8000, AA: 0x0400, TC: 0x0200, RD: 0x0100, RA: 0x0080, CD: 0x0010 } as const;

/** A message that is not as RFC 1035 wants it. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

/** Where the name that begins at an offset ends. Pointers are not followed: their target is none of its bytes. */
export function endOfName(message: Buffer, start: number): number {
  let offset = start;
  for (;;) {
    const length = byteAt(message, offset);
    if (length === 0) return offset + 1;
    if (length >= 0xc0) return need(message, offset + 2);
    if (length > 63) throw new MalformedMessage('bad label');
    offset = need(message, offset + 1 + length);
  }
}

/** A record within a message. */
export interface RecordPlace {
  readonly section: 'answer' | 'authority' | 'additional';
  readonly start: number;
  readonly type: number;
  /** Where its time to live stands. */
  readonly ttlOffset: number;
  readonly end: number;
}

const SECTIONS = ['answer', 'authority', 'additional'] as const;
/** Name (at least its end), type, class, time to live, length. */
const FIXED_BYTES = 10;

/** All records of a message in their order; `start` is the end of its question. */
export function recordsOf(message: Buffer, start: number): RecordPlace[] {
  const places: RecordPlace[] = [];
  let offset = start;
  SECTIONS.forEach((section, i) => {
    for (let left = message.readUInt16BE(6 + 2 * i); left > 0; left -= 1) {
      const fixed = endOfName(message, offset);
      need(message, fixed + FIXED_BYTES);
      const end = need(message, fixed + FIXED_BYTES + message.readUInt16BE(fixed + 8));
      places.push({ section, start: offset, type: message.readUInt16BE(fixed), ttlOffset: fixed + 4, end });
      offset = end;
    }
  });
  return places;
}

function byteAt(message: Buffer, offset: number): number {
  const value = message[offset];
  if (value === undefined) throw new MalformedMessage('message is cut off');
  return value;
}

function need(message: Buffer, end: number): number {
  if (end > message.length) throw new MalformedMessage('message is cut off');
  return end;
}
