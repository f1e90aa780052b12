import { once } from 'node:events';
import { Duplex } from 'node:stream';
import type { CallOptions } from '@grpc/grpc-js';
import type { ILeaseKeepAliveResponse } from 'etcd3';
import { StoreError } from '../errors';
import type { EtcdClient } from './client';

/** Renews a lease once. etcd has only a stream for it: one request, one answer, a TTL of 0 for a lease that is gone. */
export async function keepAlive(client: EtcdClient, lease: string, options: CallOptions): Promise<void> {
  const stream = await client.etcd.leaseClient.leaseKeepAlive(options);
  if (!(stream instanceof Duplex)) throw new TypeError('etcd3 gave a stream that is none');
  try {
    const answered: Promise<ILeaseKeepAliveResponse[]> = once(stream, 'data');
    stream.write({ ID: lease });
    const [answer] = await answered;
    if (!answer || Number(answer.TTL) <= 0) throw new StoreError('lease-not-found', `the lease ${lease} does not exist`);
  } finally {
    stream.on('error', () => undefined);
    stream.cancel();
  }
}
