import type { IRangeRequest, IRangeResponse } from 'etcd3';
import type { KeyValue, RangeRequest, RangeResult } from '../store';
import type { EtcdClient } from './client';
import { headerRevision, toKeyValue } from './convert';

const FIRST_PAGE = 500;
const MAX_PAGE = 10_000;
/** Pages are sized so that an answer is about this long, far below what a gRPC message may hold. */
const PAGE_BYTES = 8 * 1024 * 1024;

/** Reads a range, all of it in pages at one revision if there is no limit. */
export async function readRange(client: EtcdClient, request: RangeRequest): Promise<RangeResult> {
  const end = Buffer.from(request.end);
  const query = { range_end: end, ...(request.revision ? { revision: request.revision } : {}) };
  const first = await send(client, { ...query, key: Buffer.from(request.start), limit: request.limit || FIRST_PAGE });
  const revision = request.revision || headerRevision(first);
  const count = Number(first.count);
  const kvs = first.kvs.map(toKeyValue);
  if (request.limit) return { revision, kvs, count };
  let page = first;
  while (page.more) {
    const last = page.kvs.at(-1);
    if (!last) break;
    const key = Buffer.concat([last.key, Buffer.of(0)]);
    page = await send(client, { ...query, key, revision, limit: nextPageSize(page) });
    for (const kv of page.kvs) kvs.push(toKeyValue(kv));
  }
  return { revision, kvs, count };
}

/** Reads one key. */
export async function readKey(client: EtcdClient, key: string, revision: number | undefined): Promise<{ revision: number; kv: KeyValue | undefined }> {
  const response = await send(client, { key: Buffer.from(key), ...(revision ? { revision } : {}) });
  const [kv] = response.kvs;
  return { revision: headerRevision(response), kv: kv && toKeyValue(kv) };
}

function send(client: EtcdClient, request: IRangeRequest): Promise<IRangeResponse> {
  return client.read((options) => client.kv.range(request, options));
}

function nextPageSize(page: IRangeResponse): number {
  const bytes = page.kvs.reduce((sum, kv) => sum + kv.value.length + kv.key.length, 0);
  const average = Math.max(1, bytes / page.kvs.length);
  return Math.min(MAX_PAGE, Math.max(1, Math.floor(PAGE_BYTES / average)));
}
