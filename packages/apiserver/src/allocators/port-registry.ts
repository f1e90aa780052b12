import { encodeJson, newConflict, newInternalError, parseJson, type StatusError } from '@typekube/apimachinery';
import type { KeyValue, Store } from '@typekube/storage';
import { formatPortRange, parsePortRange, PortBitmap, type PortRange } from './port-range';

/** Where upstream keeps the allocated node ports. */
export const NODE_PORTS_KEY = '/registry/ranges/servicenodeports';

const MAX_ATTEMPTS = 16;

interface RangeAllocation {
  readonly range?: string;
  /** Base64. */
  readonly data?: string | null;
}

interface State {
  readonly ports: PortBitmap;
  readonly revision: number;
}

interface Request {
  /** Works on the bitmap and remembers how that went. */
  run(ports: PortBitmap): void;
  /** Whether `run` was refused, which only counts on the newest state. */
  readonly failed: () => boolean;
  settle(): void;
  fail(error: unknown): void;
}

/**
 * The node ports of the cluster: one object in the store, upstream's RangeAllocation, changed by compare-and-swap. Changes that come while
 * one is being written go into the next write together.
 */
export class PortRegistry {
  private waiting: Request[] = [];
  private isWriting = false;
  private known: State | undefined;

  constructor(
    private readonly store: Store,
    readonly range: PortRange,
  ) {}

  /**
   * Takes and releases ports as `decide` does on the newest bitmap; resolves when that is durable. `decide` may run several times and
   * must change nothing else. If it throws, nothing of it is kept.
   */
  change<T>(decide: (ports: PortBitmap) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
      this.waiting.push({
        run(ports) {
          const before = ports.encode();
          try {
            outcome = { value: decide(ports) };
          } catch (error) {
            ports.restore(before);
            outcome = { error };
          }
        },
        failed: () => outcome !== undefined && 'error' in outcome,
        settle() {
          if (outcome && 'value' in outcome) resolve(outcome.value);
          else reject(outcome?.error);
        },
        fail: reject,
      });
      if (!this.isWriting) void this.writeAll();
    });
  }

  /** The ports of the newest state, to look at. */
  async read(): Promise<PortBitmap> {
    return (await this.readState()).ports;
  }

  /**
   * Replaces all by what `rebuild` makes of the stored state, which may be of another range: that of an earlier start. Fails with a
   * conflict if others keep writing.
   */
  async rebuild(rebuild: (stored: PortBitmap) => PortBitmap | Promise<PortBitmap>): Promise<void> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const { kv } = await this.store.get(NODE_PORTS_KEY);
      const stored = kv ? decode(kv) : new PortBitmap(this.range);
      const rebuilt = await rebuild(stored);
      const value = encode(rebuilt);
      if (kv?.value.equals(value)) return;
      const result = await this.store.update(NODE_PORTS_KEY, value, kv?.modRevision ?? 0);
      if (result.succeeded) return;
    }
    throw tooMuchContention();
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.write(batch);
        for (const request of batch) request.settle();
      } catch (error) {
        this.known = undefined;
        for (const request of batch) request.fail(error);
      }
    }
    this.isWriting = false;
  }

  private async write(batch: readonly Request[]): Promise<void> {
    let state = this.known;
    let isFresh = false;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      if (!state) {
        state = await this.readState();
        isFresh = true;
      }
      const ports = state.ports.copy();
      for (const request of batch) request.run(ports);
      const value = encode(ports);
      const isSame = value.equals(encode(state.ports));
      // What is remembered may be old: a refusal, or nothing to do, is believed only of the newest state.
      if (!isFresh && (isSame || batch.some((request) => request.failed()))) {
        state = undefined;
        continue;
      }
      if (isSame) return;
      const result = await this.store.update(NODE_PORTS_KEY, value, state.revision);
      if (result.succeeded) {
        this.known = { ports, revision: result.revision };
        return;
      }
      state = undefined;
    }
    throw tooMuchContention();
  }

  private async readState(): Promise<State> {
    const { kv } = await this.store.get(NODE_PORTS_KEY);
    if (!kv) return { ports: new PortBitmap(this.range), revision: 0 };
    const ports = decode(kv);
    if (formatPortRange(ports.range) !== formatPortRange(this.range)) {
      throw newInternalError(new Error('the provided port range does not match the current port range'));
    }
    return { ports, revision: kv.modRevision };
  }
}

function encode(ports: PortBitmap): Buffer {
  const data = ports.encode().toString('base64');
  const range = formatPortRange(ports.range);
  return Buffer.from(encodeJson({ kind: 'RangeAllocation', apiVersion: 'v1', metadata: {}, range, data }));
}

function decode({ value }: KeyValue): PortBitmap {
  const { range = '', data } = parseJson(value) as RangeAllocation;
  return new PortBitmap(parsePortRange(range), Buffer.from(data ?? '', 'base64'));
}

function tooMuchContention(): StatusError {
  return newConflict({ group: '', resource: 'servicenodeportallocations' }, '', 'the allocated node ports change too often');
}
