import { newInternalError } from '@typekube/apimachinery';
import type { GetResult, KeyValue, RangeResult, Store, StoreEvent, WatchBatch, WriteResult } from '@typekube/storage';
import type { Transformer } from './transformer';
import { markUndecryptable } from './undecryptable';

export interface EncryptedStoreOptions {
  /** The transformer of what lies at a key, at present; undefined for what is stored as it is. */
  readonly transformerOf: (key: string) => Transformer | undefined;
}

/** A store whose users see plain values where it holds encrypted ones; with a way to ask whether a value is to be written anew. */
export interface EncryptedStore extends Store {
  isStale(key: string): Promise<boolean>;
}

/**
 * Encrypts what is written and decrypts what is read, whichever driver it is. What cannot be decrypted is handed on as it is and marked, so
 * that it does not hide the others: who reads it is told why.
 */
export function encryptStore(store: Store, { transformerOf }: EncryptedStoreOptions): EncryptedStore {
  const read = async (pair: KeyValue): Promise<KeyValue> => {
    try {
      const plain = transformerOf(pair.key)?.read(pair.value, pair.key);
      return plain ? { ...pair, value: (await plain).value } : pair;
    } catch (error) {
      markUndecryptable(pair.value, error);
      return pair;
    }
  };
  const readAny = async (pair: KeyValue | undefined): Promise<KeyValue | undefined> => pair && read(pair);
  const readResult = async (result: WriteResult): Promise<WriteResult> => {
    return result.succeeded ? result : { ...result, current: await readAny(result.current) };
  };
  const write = async (key: string, value: Buffer): Promise<Buffer> => {
    try {
      return (await transformerOf(key)?.write(value, key)) ?? value;
    } catch (error) {
      // Nothing has been written, and nothing is wrong with the store: upstream's answer is an internal error as well.
      throw newInternalError(error as Error);
    }
  };
  const readEvent = async (event: StoreEvent): Promise<StoreEvent> => {
    if (!transformerOf(event.kv.key)) return event;
    return { ...event, kv: await read(event.kv), previous: await readAny(event.previous) };
  };
  return {
    currentRevision: () => store.currentRevision(),
    async get(key, options): Promise<GetResult> {
      const result = await store.get(key, options);
      return { ...result, kv: await readAny(result.kv) };
    },
    async range(request): Promise<RangeResult> {
      const result = await store.range(request);
      return { ...result, kvs: await Promise.all(result.kvs.map(read)) };
    },
    create: async (key, value, options) => readResult(await store.create(key, await write(key, value), options)),
    update: async (key, value, revision, options) => readResult(await store.update(key, await write(key, value), revision, options)),
    delete: async (key, revision) => readResult(await store.delete(key, revision)),
    async *watch(request): AsyncGenerator<WatchBatch> {
      for await (const batch of store.watch(request)) {
        const isPlain = batch.events.every(({ kv }) => !transformerOf(kv.key));
        yield isPlain ? batch : { ...batch, events: await Promise.all(batch.events.map(readEvent)) };
      }
    },
    compact: (revision) => store.compact(revision),
    grantLease: (ttl) => store.grantLease(ttl),
    keepLeaseAlive: (lease) => store.keepLeaseAlive(lease),
    revokeLease: (lease) => store.revokeLease(lease),
    sizeInBytes: () => store.sizeInBytes(),
    close: () => store.close(),
    async isStale(key) {
      const transformer = transformerOf(key);
      if (!transformer) return false;
      const { kv } = await store.get(key);
      return kv !== undefined && (await transformer.read(kv.value, key)).isStale;
    },
  };
}
