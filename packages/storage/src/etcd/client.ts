import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import type { CallOptions, Metadata } from '@grpc/grpc-js';
import type { Etcd3, IOptions } from 'etcd3';
import { StoreError } from '../errors';
import { Backoff } from './backoff';
import { toStoreError, wasNeverSent } from './errors';
import { Connections } from './connections';
import type { KvCallOptions, KvCalls } from './kv-calls';

/** Files in PEM, as kube-apiserver's --etcd-cafile, --etcd-certfile and --etcd-keyfile name them. */
export interface EtcdTlsOptions {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

export interface EtcdClientOptions {
  /** URLs of the members, `https://` for TLS; each call goes to one of them, and on to another if it cannot be reached. */
  readonly endpoints: readonly string[];
  readonly tls?: EtcdTlsOptions | undefined;
  /** How long one call may take, tries and all. Default: 10 seconds. */
  readonly requestTimeoutMs?: number | undefined;
}

const DEFAULT_REQUEST_TIMEOUT_MS = 10_000;
/** gRPC's largest; etcd bounds requests itself, and our ranges are paged. */
const MAX_MESSAGE_BYTES = 2 ** 31 - 1;

/** The client library with our rules for timeouts, tries and errors. */
export class EtcdClient {
  readonly endpoints: string;
  private readonly timeoutMs: number;
  private readonly stop = new AbortController();

  constructor(
    readonly etcd: Etcd3,
    /** For reads and transactions, instead of `etcd.kv`. */
    readonly kv: KvCalls,
    private readonly connections: Connections,
    options: EtcdClientOptions,
  ) {
    this.endpoints = options.endpoints.join(',');
    this.timeoutMs = options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS;
  }

  /** Aborted by `close`. */
  get closed(): AbortSignal {
    return this.stop.signal;
  }

  /** A call without effect: tried again until it is answered or its time is over. */
  read<T>(send: (options: KvCallOptions) => Promise<T>): Promise<T> {
    return this.call(send, () => true);
  }

  /** A call with an effect: tried again only if the server has not seen it, as a second one could hide that the first succeeded. */
  write<T>(send: (options: KvCallOptions) => Promise<T>): Promise<T> {
    return this.call(send, wasNeverSent);
  }

  close(): void {
    this.stop.abort();
    this.connections.close();
    this.etcd.close();
  }

  private async call<T>(send: (options: KvCallOptions) => Promise<T>, mayRepeat: (error: unknown) => boolean): Promise<T> {
    const deadline = Date.now() + this.timeoutMs;
    const backoff = new Backoff();
    for (;;) {
      this.checkOpen();
      try {
        return await send({ deadline });
      } catch (cause) {
        this.checkOpen();
        const error = toStoreError(cause, this.endpoints);
        const leftMs = deadline - Date.now();
        if (!(error instanceof StoreError) || error.code !== 'unavailable' || !mayRepeat(cause) || leftMs <= 0) throw error;
        await backoff.wait(this.closed, leftMs);
      }
    }
  }

  private checkOpen(): void {
    if (this.closed.aborted) throw new StoreError('closed', 'the store is closed');
  }
}

/**
 * Makes the client; does not wait for a connection, so that an API server may be started before its etcd. The library is
 * loaded here, so that who uses the embedded store does not pay for it.
 */
export async function connect(options: EtcdClientOptions): Promise<EtcdClient> {
  if (options.endpoints.length === 0) throw new RangeError('etcd needs at least one endpoint');
  const { createClient }: typeof import('./kv-calls') = require('./kv-calls');
  const [library, { noop }] = await Promise.all([import('etcd3'), import('cockatiel')]);
  const tls = readTls(options.tls);
  const connections = new Connections(
    options.endpoints.map((endpoint) => (endpoint.includes('://') ? endpoint : `${tls ? 'https' : 'http'}://${endpoint}`)),
    tls ? { ca: tls.rootCertificate, key: tls.privateKey, cert: tls.certChain } : {},
  );
  const libraryOptions = {
    hosts: [...options.endpoints],
    ...(tls && { credentials: tls }),
    // The library's own circuit breaker would refuse all calls for five seconds after a server's restart.
    faultHandling: { host: () => noop, global: noop },
    grpcOptions: {
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 10_000,
      'grpc.initial_reconnect_backoff_ms': 50,
      'grpc.max_reconnect_backoff_ms': 2000,
    },
  };
  const { etcd, kv } = await createClient(library, libraryOptions, connections);
  return new EtcdClient(etcd, kv, connections, options);
}

/** Call options for a stream that etcd is to end when its member has lost the leader, instead of leaving it silent. */
export async function requireLeader(): Promise<CallOptions> {
  const { InterceptingCall } = await import('@grpc/grpc-js');
  return {
    interceptors: [
      (options, nextCall) =>
        new InterceptingCall(nextCall(options), {
          start: (metadata: Metadata, listener, next) => {
            metadata.set('hasleader', 'true');
            next(metadata, listener);
          },
        }),
    ],
  };
}

function readTls(tls: EtcdTlsOptions | undefined): IOptions['credentials'] {
  if (!tls || (!tls.caFile && !tls.certFile && !tls.keyFile)) return undefined;
  if (!tls.certFile !== !tls.keyFile) throw new RangeError('a client certificate for etcd needs both its certificate file and its key file');
  return {
    rootCertificate: tls.caFile ? readFileSync(tls.caFile) : Buffer.from(rootCertificates.join('\n')),
    ...(tls.keyFile ? { privateKey: readFileSync(tls.keyFile) } : {}),
    ...(tls.certFile ? { certChain: readFileSync(tls.certFile) } : {}),
  };
}
