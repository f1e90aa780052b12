import type { Client, MethodDefinition, ServiceClientConstructor } from '@grpc/grpc-js';
import type { Etcd3, IOptions, IRangeRequest, IRangeResponse, ITxnRequest, ITxnResponse } from 'etcd3';
import type { Connections } from './connections';
import { callUnary, isUnavailable } from './unary-call';

type Library = typeof import('etcd3');

/** The calls that every request of the API server makes: reads and transactions. */
export interface KvCalls {
  range(request: IRangeRequest, options: KvCallOptions): Promise<IRangeResponse>;
  txn(request: ITxnRequest, options: KvCallOptions): Promise<ITxnResponse>;
}

export interface KvCallOptions {
  /** When the call is given up, in milliseconds since 1970. */
  readonly deadline: number;
}

/**
 * Makes the library's client, and calls over connections of our own with the library's encoders: gRPC's client has half a dozen objects, interceptors
 * and timers for each call, which take half of the time that a write takes.
 */
export async function createClient(library: Library, options: IOptions, connections: Connections): Promise<{ etcd: Etcd3; kv: KvCalls }> {
  const etcd = openClient(library, options);
  const methods = await etcd.definitions('KV');
  return { etcd, kv: { range: caller(connections, methods['Range']), txn: caller(connections, methods['Txn']) } };
}

type Definitions = ServiceClientConstructor['service'];

function openClient({ Etcd3: LibraryClient }: Library, options: IOptions): Etcd3 & { definitions(service: 'KV'): Promise<Definitions> } {
  class OpenClient extends LibraryClient {
    /** Calls by name. */
    definitions(service: 'KV'): Promise<Definitions> {
      return this.pool.withConnection(service, ({ client }) => Promise.resolve(definitionsOf(client)));
    }
  }
  return new OpenClient(options);
}

function caller<Q, P>(connections: Connections, method: MethodDefinition<Q, P> | undefined): (request: Q, options: KvCallOptions) => Promise<P> {
  if (!method) throw new TypeError('etcd3 does not know a call that it should');
  return async (request, { deadline }) => {
    const open = connections.session();
    const session = open instanceof Promise ? await open : open;
    try {
      return method.responseDeserialize(await callUnary(session, method.path, method.requestSerialize(request), deadline));
    } catch (error) {
      if (isUnavailable(error)) connections.moveOn(session);
      throw error;
    }
  };
}

function definitionsOf({ constructor }: Client): Definitions {
  if (!isServiceClient(constructor)) throw new TypeError('etcd3 gave a client without a service');
  return constructor.service;
}

function isServiceClient(constructor: object): constructor is ServiceClientConstructor {
  return 'service' in constructor;
}
