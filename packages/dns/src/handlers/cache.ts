import type { Clock } from '@typekube/component-base';
import type { Query } from '../server/query';
import { Flag, HEADER_BYTES, Rcode, type RecordPlace, recordsOf, Type } from '../server/wire';
import type { HandlerWithNext } from './handlers';

export interface CacheOptions {
  readonly clock: Clock;
  /** Nothing is kept for longer, in seconds: CoreDNS' `cache 30`. */
  readonly maxTtl: number;
  readonly maxEntries: number;
  readonly onHit: (kind: CacheKind) => void;
  readonly onMiss: () => void;
}

export type CacheKind = 'success' | 'denial';

interface Entry {
  readonly kind: CacheKind;
  readonly message: Buffer;
  readonly ttlOffsets: readonly number[];
  readonly storedAt: number;
  readonly expiresAt: number;
}

/** CoreDNS' default for each of its two caches. */
export const CACHE_ENTRIES = 9984;

/**
 * Keeps the answers of the handlers behind it, as long as their records say, and hands them out with what is left of that. The longest unused one
 * goes when there are too many. Answers about the cluster never come here: they are always made anew.
 */
export class Cache {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly options: CacheOptions) {}

  sizeOf(kind: CacheKind): number {
    let size = 0;
    for (const entry of this.entries.values()) if (entry.kind === kind) size += 1;
    return size;
  }

  readonly handler: HandlerWithNext = (query, next) => {
    const key = keyOf(query);
    const found = this.take(key);
    if (found) {
      this.options.onHit(found.kind);
      return this.refreshed(found, query);
    }
    this.options.onMiss();
    const answer = next(query);
    if (!(answer instanceof Promise)) return this.keep(key, query, answer);
    return answer.then((message) => this.keep(key, query, message));
  };

  /** The entry, which is the most recently used one then. */
  private take(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    if (entry.expiresAt <= this.options.clock.monotonic()) return undefined;
    this.entries.set(key, entry);
    return entry;
  }

  private keep(key: string, { questionEnd }: Query, message: Buffer): Buffer {
    const entry = this.entryOf(message, questionEnd);
    if (!entry) return message;
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (this.entries.size > this.options.maxEntries) {
      const [oldest] = this.entries.keys();
      if (oldest !== undefined) this.entries.delete(oldest);
    }
    return message;
  }

  private entryOf(message: Buffer, questionEnd: number): Entry | undefined {
    const flags = message.readUInt16BE(2);
    const rcode = flags & 0xf;
    if (flags & Flag.TC || (rcode !== Rcode.NoError && rcode !== Rcode.NXDomain)) return undefined;
    const records = recordsOf(message, questionEnd).filter(({ type }) => type !== Type.OPT);
    const kind = rcode === Rcode.NoError && records.some(({ section }) => section === 'answer') ? 'success' : 'denial';
    const ttl = Math.min(this.options.maxTtl, kind === 'success' ? shortest(message, records) : denialTtl(message, records));
    if (ttl <= 0) return undefined;
    const now = this.options.clock.monotonic();
    return { kind, message, ttlOffsets: records.map(({ ttlOffset }) => ttlOffset), storedAt: now, expiresAt: now + ttl * 1000 };
  }

  /** With the id, the question's case and the flags of the request at hand, and the time that is left. */
  private refreshed({ message, ttlOffsets, storedAt }: Entry, { bytes, questionEnd, flags }: Query): Buffer {
    const fresh = Buffer.from(message);
    bytes.copy(fresh, HEADER_BYTES, HEADER_BYTES, questionEnd);
    fresh.writeUInt16BE(bytes.readUInt16BE(0), 0);
    fresh.writeUInt16BE((message.readUInt16BE(2) & ~Flag.RD) | (flags & Flag.RD), 2);
    const age = Math.floor((this.options.clock.monotonic() - storedAt) / 1000);
    for (const offset of ttlOffsets) fresh.writeUInt32BE(Math.max(0, message.readUInt32BE(offset) - age), offset);
    return fresh;
  }
}

/** What an answer may depend on. The name is compared without its case. */
function keyOf({ question, edns, flags }: Query): string {
  const name = question.labels.map((label) => `${label.length}.${label}`).join('');
  return `${name} ${question.type} ${question.class} ${edns ? Number(edns.dnssec) : '-'} ${flags & Flag.CD}`;
}

function shortest(message: Buffer, records: readonly RecordPlace[]): number {
  return Math.min(...records.map(({ ttlOffset }) => message.readUInt32BE(ttlOffset)));
}

/** RFC 2308: the start of authority says how long. Without one it is not kept. */
function denialTtl(message: Buffer, records: readonly RecordPlace[]): number {
  const soa = records.find(({ type, section }) => type === Type.SOA && section === 'authority');
  return soa ? Math.min(message.readUInt32BE(soa.ttlOffset), message.readUInt32BE(soa.end - 4)) : 0;
}
