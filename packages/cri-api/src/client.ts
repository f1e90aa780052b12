import { type CallOptions as GrpcCallOptions, Client, type ClientDuplexStream, credentials, Metadata } from '@grpc/grpc-js';
import type { Method } from './generated/cri';

/** How one call is made. */
export interface CallOptions {
  /** Fails with DEADLINE_EXCEEDED after so long; Infinity for no limit, which is the default. */
  readonly timeoutMs?: number;
  /** Cancels the call when aborted. */
  readonly signal?: AbortSignal;
  /** Headers besides the connection's own. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Methods by name, as the generated code has them. */
export type ServiceMethods = Readonly<Record<string, Method<never, unknown, never, unknown>>>;

/** The unary calls of a service as functions that return promises. */
export type ServiceClient<S> = {
  readonly [K in keyof S]: S[K] extends Method<infer Request, infer _R, infer _S, infer Response>
    ? (request: Request, options?: CallOptions) => Promise<Response>
    : never;
};

/** No limit besides memory: lists of many containers are more than gRPC's 4 MB. Upstream's kubelet allows 16 MB. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/**
 * A connection to a gRPC server on a Unix socket. Connects when first used and again when lost; calls fail with UNAVAILABLE
 * meanwhile. Failed calls reject with @grpc/grpc-js' ServiceError: `code`, `details`.
 */
export class GrpcConnection {
  private readonly client: Client;

  /** `socket` is a path or `unix:///path`; `headers` go with every call. */
  constructor(
    socket: string,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {
    this.client = new Client(`unix://${socket.replace(/^unix:\/\//, '')}`, credentials.createInsecure(), {
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 3000,
    });
  }

  unary<Q, P>(method: Method<Q, unknown, never, P>, request: Q, options: CallOptions = {}): Promise<P> {
    return new Promise((resolve, reject) => {
      const { path, requestSerialize, responseDeserialize } = method;
      const done = (error: Error | null, response?: P): void => {
        options.signal?.removeEventListener('abort', cancel);
        if (error) reject(error);
        else if (response === undefined) reject(new Error(`${path} answered nothing`));
        else resolve(response);
      };
      const call = this.client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, this.metadata(options), callOptions(options), done);
      const cancel = (): void => call.cancel();
      if (options.signal?.aborted) cancel();
      options.signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  /** The messages of a server's stream. Ends with it, or fails as it does; leaving the loop cancels the call. */
  async *stream<Q, P>(method: Method<Q, unknown, never, P>, request: Q, options: CallOptions = {}): AsyncGenerator<P> {
    const { path, requestSerialize, responseDeserialize } = method;
    const call = this.client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, this.metadata(options), callOptions(options));
    const cancel = (): void => call.cancel();
    if (options.signal?.aborted) cancel();
    options.signal?.addEventListener('abort', cancel, { once: true });
    try {
      yield* call;
    } finally {
      options.signal?.removeEventListener('abort', cancel);
      cancel();
    }
  }

  duplex<Q, P>(method: Method<Q, unknown, never, P>, options: CallOptions = {}): ClientDuplexStream<Q, P> {
    const { path, requestSerialize, responseDeserialize } = method;
    return this.client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, this.metadata(options), callOptions(options));
  }

  close(): void {
    this.client.close();
  }

  private metadata({ headers = {} }: CallOptions): Metadata {
    const metadata = new Metadata();
    for (const [key, value] of Object.entries({ ...this.headers, ...headers })) metadata.set(key, value);
    return metadata;
  }
}

function callOptions({ timeoutMs }: CallOptions): GrpcCallOptions {
  return timeoutMs === undefined || timeoutMs === Infinity ? {} : { deadline: Date.now() + timeoutMs };
}

/**
 * The unary calls of `service` over a connection: `client.Version({})`. `defaults` hold where a call does not say otherwise. Streams are opened with
 * `connection.stream`.
 */
export function serviceClient<S extends object>(connection: GrpcConnection, service: S, defaults?: CallOptions): ServiceClient<S>;
export function serviceClient(connection: GrpcConnection, service: ServiceMethods, defaults: CallOptions = {}): unknown {
  const calls = Object.entries(service).map(([name, method]) => [
    name,
    (request: never, options?: CallOptions) => connection.unary(method, request, { ...defaults, ...options }),
  ]);
  return Object.fromEntries(calls);
}
