import { endOfName, Flag, HEADER_BYTES, MalformedMessage, recordsOf, Type } from './wire';

export type Transport = 'udp' | 'tcp';

/** What a client has said of itself in its OPT record (RFC 6891). */
export interface Edns {
  readonly payloadSize: number;
  readonly version: number;
  /** It wants signatures. */
  readonly dnssec: boolean;
}

export interface Question {
  /** In lower case, the outermost last. A label may hold any byte, each as one character. */
  readonly labels: readonly string[];
  readonly type: number;
  readonly class: number;
}

/** A request whose one question could be read. */
export interface Query {
  /** The message as it came: the question is repeated from it byte by byte, so in the client's own case. */
  readonly bytes: Buffer;
  readonly id: number;
  readonly flags: number;
  readonly question: Question;
  /** Where the question ends in the message. */
  readonly questionEnd: number;
  readonly edns: Edns | undefined;
  readonly transport: Transport;
}

/** Reads a request. Throws MalformedMessage; the header has been checked by then. */
export function parseQuery(bytes: Buffer, transport: Transport): Query {
  if (bytes.readUInt16BE(4) !== 1) throw new MalformedMessage('there must be one question');
  const nameEnd = endOfName(bytes, HEADER_BYTES);
  const questionEnd = nameEnd + 4;
  if (questionEnd > bytes.length) throw new MalformedMessage('message is cut off');
  return {
    bytes,
    id: bytes.readUInt16BE(0),
    flags: bytes.readUInt16BE(2),
    question: { labels: readLabels(bytes, nameEnd), type: bytes.readUInt16BE(nameEnd), class: bytes.readUInt16BE(nameEnd + 2) },
    questionEnd,
    edns: ednsOf(bytes, questionEnd),
    transport,
  };
}

export function opcodeOf(flags: number): number {
  return (flags >> 11) & 0xf;
}

export function isResponse(flags: number): boolean {
  return (flags & Flag.QR) !== 0;
}

const MAX_NAME_BYTES = 255;

/** The first name of a message has nothing before it to point to. */
function readLabels(bytes: Buffer, end: number): string[] {
  if (end - HEADER_BYTES > MAX_NAME_BYTES) throw new MalformedMessage('name is too long');
  const labels: string[] = [];
  for (let offset = HEADER_BYTES; offset < end - 1; ) {
    const length = bytes[offset] ?? 0;
    if (length >= 0xc0) throw new MalformedMessage('bad pointer');
    labels.push(bytes.toString('latin1', offset + 1, offset + 1 + length).replace(/[A-Z]+/g, lower));
    offset += 1 + length;
  }
  return labels;
}

/** ASCII only, as RFC 4343 has it. */
function lower(text: string): string {
  return text.toLowerCase();
}

function ednsOf(bytes: Buffer, questionEnd: number): Edns | undefined {
  const found = recordsOf(bytes, questionEnd).filter(({ type, section }) => type === Type.OPT && section === 'additional');
  const [place] = found;
  if (!place) return undefined;
  if (found.length > 1) throw new MalformedMessage('there are two OPT records');
  const { ttlOffset } = place;
  return {
    payloadSize: bytes.readUInt16BE(ttlOffset - 2),
    version: bytes[ttlOffset + 1] ?? 0,
    dnssec: (bytes.readUInt16BE(ttlOffset + 2) & 0x8000) !== 0,
  };
}
