import { type Answer, encode } from 'dns-packet';
import type { Query } from './query';
import { Flag, HEADER_BYTES, type Rcode, recordsOf, Type } from './wire';

/** A record whose owner is the name that was asked for is written in the case in which that was asked. */
export const ASKED = Symbol('the name that was asked for');

export type RecordData =
  | { readonly type: 'A' | 'AAAA' | 'CNAME' | 'PTR' | 'TXT'; readonly data: string }
  | { readonly type: 'SRV'; readonly data: { readonly priority: number; readonly weight: number; readonly port: number; readonly target: string } }
  | {
      readonly type: 'SOA';
      readonly data: {
        readonly mname: string;
        readonly rname: string;
        readonly serial: number;
        readonly refresh: number;
        readonly retry: number;
        readonly expire: number;
        readonly minimum: number;
      };
    };

export type ResourceRecord = RecordData & { readonly owner: string | typeof ASKED; readonly ttl: number };

export interface Answered {
  readonly rcode: (typeof Rcode)[keyof typeof Rcode];
  readonly authoritative?: boolean;
  readonly answers?: readonly ResourceRecord[];
  readonly authorities?: readonly ResourceRecord[];
  readonly additionals?: readonly ResourceRecord[];
}

/** What we can take over UDP without fragments (DNS flag day 2020). */
const OUR_PAYLOAD_SIZE = 1232;
const OPT_BYTES = 11;
const MIN_PAYLOAD_SIZE = 512;
const MAX_PAYLOAD_SIZE = 4096;
/** Its length comes in two bytes. */
const MAX_TCP_BYTES = 65_535;
const BAD_VERSION = 1;

/** The whole response to a request, however long. */
export function response(query: Query, { rcode, authoritative, answers = [], authorities = [], additionals = [] }: Answered): Buffer {
  const writer = new NameWriter(query);
  const records = [...answers, ...authorities, ...additionals].map((record) => writer.record(record));
  const opt = query.edns ? [optRecord(query.edns.dnssec)] : [];
  const head = headOf(query, rcode | (authoritative ? Flag.AA : 0));
  head.writeUInt16BE(answers.length, 6);
  head.writeUInt16BE(authorities.length, 8);
  head.writeUInt16BE(additionals.length + opt.length, 10);
  return Buffer.concat([head, ...records, ...opt]);
}

/** Header and question. */
function headOf({ bytes, questionEnd, flags }: Query, ours: number): Buffer {
  const head = Buffer.from(bytes.subarray(0, questionEnd));
  head.writeUInt16BE(Flag.QR | Flag.RA | (flags & (Flag.RD | Flag.CD)) | ours, 2);
  head.fill(0, 6, HEADER_BYTES);
  return head;
}

function optRecord(dnssec: boolean, extendedRcode = 0): Buffer {
  const opt = Buffer.alloc(OPT_BYTES);
  opt.writeUInt16BE(Type.OPT, 1);
  opt.writeUInt16BE(OUR_PAYLOAD_SIZE, 3);
  opt[5] = extendedRcode;
  opt.writeUInt16BE(dnssec ? 0x8000 : 0, 7);
  return opt;
}

/** To a client whose EDNS is newer than ours (RFC 6891, 6.1.3). */
export function badVersion(query: Query): Buffer {
  const head = headOf(query, 0);
  head.writeUInt16BE(1, 10);
  return Buffer.concat([head, optRecord(false, BAD_VERSION)]);
}

/** To a request that could not be read further than its header. */
export function headerOnly(request: Buffer, rcode: number): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  const flags = request.readUInt16BE(2);
  head.writeUInt16BE(request.readUInt16BE(0), 0);
  head.writeUInt16BE(Flag.QR | (flags & (0x7800 | Flag.RD)) | rcode, 2);
  return head;
}

/** A response that its client can take: without the records for which there is no room, and with TC where answers are missing. */
export function fit(message: Buffer, query: Query): Buffer {
  const { questionEnd } = query;
  const limit = limitOf(query);
  if (message.length <= limit) return message;
  const places = recordsOf(message, questionEnd);
  const opt = places.find(({ type }) => type === Type.OPT);
  const room = limit - (opt ? opt.end - opt.start : 0);
  const plain = places.filter((place) => place !== opt);
  const tooFar = plain.findIndex(({ end }) => end > room);
  const kept = tooFar === -1 ? plain : plain.slice(0, tooFar);
  const dropped = plain.slice(kept.length);
  const cut = Buffer.concat([
    message.subarray(0, kept.at(-1)?.end ?? questionEnd),
    ...(opt ? [message.subarray(opt.start, opt.end)] : []),
  ]);
  const count = (section: string): number => kept.filter((place) => place.section === section).length;
  cut.writeUInt16BE(count('answer'), 6);
  cut.writeUInt16BE(count('authority'), 8);
  cut.writeUInt16BE(count('additional') + (opt ? 1 : 0), 10);
  if (dropped.some(({ section }) => section !== 'additional')) cut.writeUInt16BE(cut.readUInt16BE(2) | Flag.TC, 2);
  return cut;
}

function limitOf({ transport, edns }: Query): number {
  if (transport === 'tcp') return MAX_TCP_BYTES;
  return edns ? Math.min(Math.max(edns.payloadSize, MIN_PAYLOAD_SIZE), MAX_PAYLOAD_SIZE) : MIN_PAYLOAD_SIZE;
}

const MAX_POINTER = 0x3fff;

/** Writes records with owners as pointers to names that stand in the message already: the codec does not. */
class NameWriter {
  private readonly offsets = new Map<string, number>();
  private position: number;

  constructor({ question, questionEnd }: Query) {
    this.position = questionEnd;
    let offset = HEADER_BYTES;
    question.labels.forEach((label, i) => {
      this.note(question.labels.slice(i), offset);
      offset += label.length + 1;
    });
  }

  record({ owner, ttl, ...content }: ResourceRecord): Buffer {
    const name = owner === ASKED ? pointer(HEADER_BYTES) : this.name(owner);
    const whole = encode({ answers: [{ ...content, name: '.', ttl, class: 'IN' } as Answer] });
    const record = Buffer.concat([name, whole.subarray(HEADER_BYTES + 1)]);
    this.position += record.length;
    return record;
  }

  /** Its own labels up to the first suffix that is known, then a pointer to that. */
  private name(name: string): Buffer {
    const labels = name.split('.').filter(Boolean);
    const parts: Buffer[] = [];
    let offset = this.position;
    for (let i = 0; i < labels.length; i += 1) {
      const known = this.offsets.get(labels.slice(i).join('.').toLowerCase());
      if (known !== undefined) return Buffer.concat([...parts, pointer(known)]);
      this.note(labels.slice(i), offset);
      const label = Buffer.from(labels[i] ?? '');
      parts.push(Buffer.from([label.length]), label);
      offset += label.length + 1;
    }
    return Buffer.concat([...parts, Buffer.from([0])]);
  }

  private note(labels: readonly string[], offset: number): void {
    if (offset <= MAX_POINTER && !labels.some((label) => label.includes('.'))) this.offsets.set(labels.join('.').toLowerCase(), offset);
  }
}

function pointer(offset: number): Buffer {
  return Buffer.from([0xc0 | (offset >> 8), offset & 0xff]);
}
