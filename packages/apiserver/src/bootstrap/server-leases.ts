import { encodeJson, parseJson } from '@typekube/apimachinery';
import type { corev1 } from '@typekube/api';
import { prefixEnd, type Store, StoreError } from '@typekube/storage';

/** Where API servers of one cluster tell each other that they live, as upstream's lease reconciler. */
const PREFIX = '/registry/masterleases/';

/** A server that does not renew for so long counts as gone. */
const TTL_SECONDS = 15;

/** The addresses of the API servers that live. */
export class ServerLeases {
  private lease: string | undefined;
  /** The revision that this process has last written its key at: the key at that revision lives by `lease`. */
  private revision: number | undefined;

  constructor(private readonly store: Store) {}

  /** Says that this server lives, for the next 15 seconds. */
  async renew(address: string): Promise<void> {
    const lease = await this.liveLease();
    const key = PREFIX + address;
    const { kv } = await this.store.get(key);
    if (kv && kv.modRevision === this.revision) return;
    const value = encode(address);
    const result = await this.store.update(key, value, kv?.modRevision ?? 0, { lease });
    // Somebody else has written it meanwhile: the next renewal sees to it.
    this.revision = result.succeeded ? result.revision : undefined;
  }

  /** Returns whether there was anything to remove. */
  async remove(address: string): Promise<boolean> {
    this.revision = undefined;
    const key = PREFIX + address;
    for (;;) {
      const { kv } = await this.store.get(key);
      if (!kv) return false;
      if ((await this.store.delete(key, kv.modRevision)).succeeded) return true;
    }
  }

  async list(): Promise<string[]> {
    const { kvs } = await this.store.range({ start: PREFIX, end: prefixEnd(PREFIX) });
    return kvs.flatMap(({ value }) => (parseJson(value) as corev1.Endpoints).subsets?.[0]?.addresses?.[0]?.ip ?? []);
  }

  private async liveLease(): Promise<string> {
    if (this.lease !== undefined) {
      try {
        await this.store.keepLeaseAlive(this.lease);
        return this.lease;
      } catch (error) {
        if (!(error instanceof StoreError) || error.code !== 'lease-not-found') throw error;
      }
    }
    this.revision = undefined;
    this.lease = await this.store.grantLease(TTL_SECONDS);
    return this.lease;
  }
}

function encode(ip: string): Buffer {
  return Buffer.from(encodeJson({ kind: 'Endpoints', apiVersion: 'v1', metadata: {}, subsets: [{ addresses: [{ ip }] }] }));
}
