import type { IRequestOp } from 'etcd3';
import { StoreError } from '../errors';
import { checkKey } from '../keys';
import type { StoreObserver } from '../options';
import type { GetResult, RangeRequest, RangeResult, Store, WatchBatch, WatchRequest, WriteResult } from '../store';
import { connect, type EtcdClient, type EtcdClientOptions } from './client';
import { headerRevision, toKeyValue } from './convert';
import { keepAlive } from './lease';
import { readKey, readRange } from './range';
import { watchEtcd } from './watch';

export interface EtcdStoreOptions extends EtcdClientOptions, StoreObserver {}

/**
 * Opens a store on an etcd cluster (3.4 or newer). Resolves without waiting for the server: calls fail with `unavailable` when it
 * cannot be reached within their timeout, and watches go on trying.
 */
export async function openEtcdStore(options: EtcdStoreOptions): Promise<Store> {
  return new EtcdStore(await connect(options), options);
}

/** A key that nobody uses: asking for it costs the server nothing and gives its revision. */
const NO_KEY = Buffer.of(0);

class EtcdStore implements Store {
  constructor(
    private readonly client: EtcdClient,
    private readonly observer: StoreObserver,
  ) {}

  async currentRevision(): Promise<number> {
    return headerRevision(await this.client.read((options) => this.client.kv.range({ key: NO_KEY, count_only: true }, options)));
  }

  async get(key: string, options?: { revision?: number }): Promise<GetResult> {
    checkKey(key);
    return readKey(this.client, key, options?.revision);
  }

  async range(request: RangeRequest): Promise<RangeResult> {
    return readRange(this.client, request);
  }

  async create(key: string, value: Buffer, options?: { lease?: string }): Promise<WriteResult> {
    return this.update(key, value, 0, options);
  }

  async update(key: string, value: Buffer, expectedRevision: number, options?: { lease?: string }): Promise<WriteResult> {
    checkKey(key);
    const lease = options?.lease === undefined ? {} : { lease: options.lease };
    return this.guarded(key, expectedRevision, { request_put: { key: Buffer.from(key), value, ...lease } });
  }

  async delete(key: string, expectedRevision: number): Promise<WriteResult> {
    checkKey(key);
    if (expectedRevision === 0) return this.refuseDeletingNothing(key);
    return this.guarded(key, expectedRevision, { request_delete_range: { key: Buffer.from(key) } });
  }

  watch(request: WatchRequest): AsyncIterable<WatchBatch> {
    if (this.client.closed.aborted) throw new StoreError('closed', 'the store is closed');
    return { [Symbol.asyncIterator]: () => watchEtcd(this.client, request, this.observer) };
  }

  async compact(revision: number): Promise<void> {
    try {
      await this.client.write((options) => this.client.etcd.kv.compact({ revision }, options));
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'compacted') throw error;
    }
  }

  async grantLease(ttlSeconds: number): Promise<string> {
    if (!Number.isInteger(ttlSeconds) || ttlSeconds <= 0) throw new RangeError(`a lease lives a whole number of seconds, not ${ttlSeconds}`);
    const { ID } = await this.client.write((options) => this.client.etcd.leaseClient.leaseGrant({ TTL: ttlSeconds }, options));
    return ID;
  }

  async keepLeaseAlive(lease: string): Promise<void> {
    return this.client.read((options) => keepAlive(this.client, lease, options));
  }

  async revokeLease(lease: string): Promise<void> {
    await this.client.write((options) => this.client.etcd.leaseClient.leaseRevoke({ ID: lease }, options));
  }

  async sizeInBytes(): Promise<number> {
    const { dbSize } = await this.client.read((options) => this.client.etcd.maintenance.status(options));
    return Number(dbSize);
  }

  async close(): Promise<void> {
    this.client.close();
  }

  /** One transaction: the operation if the key's mod revision is as expected, else a read of what is there. */
  private async guarded(key: string, expectedRevision: number, operation: IRequestOp): Promise<WriteResult> {
    const bytes = Buffer.from(key);
    const response = await this.client.write((options) =>
      this.client.kv.txn(
        {
          compare: [{ key: bytes, target: 'Mod', result: 'Equal', mod_revision: expectedRevision }],
          success: [operation],
          failure: [{ request_range: { key: bytes } }],
        },
        options,
      ),
    );
    const revision = headerRevision(response);
    if (response.succeeded) return { succeeded: true, revision };
    const current = response.responses[0]?.response_range.kvs[0];
    return { succeeded: false, revision, current: current && toKeyValue(current) };
  }

  /** etcd would find that the missing key has mod revision 0, delete nothing and call it a success. */
  private async refuseDeletingNothing(key: string): Promise<WriteResult> {
    const { revision, kv } = await readKey(this.client, key, undefined);
    return { succeeded: false, revision, current: kv };
  }
}
