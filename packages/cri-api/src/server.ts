import { type ServiceDefinition, status, type UntypedServiceImplementation } from '@grpc/grpc-js';
import type { Method } from './generated/cri';

type AnyMethod = Method<never, unknown, never, unknown>;

/**
 * The server's side of a service. A unary method gives its response; a streaming one an async iterable. What is left out is answered with
 * UNIMPLEMENTED.
 */
export type Handlers<S> = {
  readonly [K in keyof S]?: S[K] extends Method<infer _Q, infer Request, infer Response, infer _P>
    ? (request: Request, context: { readonly signal: AbortSignal }) => Promise<Response> | AsyncIterable<Response>
    : never;
};

/** What a handler's error means to the client. */
export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
}

interface ServerCall {
  readonly request: unknown;
  readonly cancelled: boolean;
  on(event: 'cancelled', listener: () => void): unknown;
}

interface StreamCall extends ServerCall {
  write(message: unknown): boolean;
  once(event: 'drain' | 'cancelled', listener: () => void): unknown;
  end(): void;
  emit(event: 'error', error: GrpcStatus): boolean;
}

type AnyHandler = (request: unknown, context: { readonly signal: AbortSignal }) => Promise<unknown> | AsyncIterable<unknown>;

/** What `Server.addService` of @grpc/grpc-js takes, from handlers. `toStatus` translates what they throw. */
export function serviceDefinition<S extends object>(
  service: S,
  handlers: Handlers<S>,
  toStatus: (error: unknown, method: string) => GrpcStatus,
): { definition: ServiceDefinition; implementation: UntypedServiceImplementation };
export function serviceDefinition(
  service: Readonly<Record<string, AnyMethod>>,
  handlers: Readonly<Record<string, AnyHandler | undefined>>,
  toStatus: (error: unknown, method: string) => GrpcStatus,
): { definition: unknown; implementation: UntypedServiceImplementation } {
  const implementation: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(service)) {
    const handler = handlers[name] ?? missing(name);
    const failed = (error: unknown): GrpcStatus => toStatus(error, name);
    implementation[name] = method.responseStream ? streaming(handler, failed) : unary(handler, failed);
  }
  return { definition: service, implementation };
}

/** A refusal that carries its gRPC status. */
export class UnimplementedError extends Error {
  override readonly name = 'UnimplementedError';
  readonly code = status.UNIMPLEMENTED;
  readonly details: string;

  constructor(what: string) {
    super(what);
    this.details = what;
  }
}

function missing(name: string): AnyHandler {
  return () => Promise.reject(new UnimplementedError(`${name} is not implemented`));
}

function contextOf(call: ServerCall): { readonly signal: AbortSignal } {
  const controller = new AbortController();
  call.on('cancelled', () => controller.abort(new Error('the client cancelled the call')));
  return { signal: controller.signal };
}

function unary(handler: AnyHandler, failed: (error: unknown) => GrpcStatus) {
  return (call: ServerCall, callback: (error: GrpcStatus | null, response?: unknown) => void): void => {
    const answer = async (): Promise<unknown> => handler(call.request, contextOf(call));
    answer().then(
      (response) => callback(null, response),
      (error: unknown) => callback(failed(error)),
    );
  };
}

function streaming(handler: AnyHandler, failed: (error: unknown) => GrpcStatus) {
  return (call: StreamCall): void => {
    const context = contextOf(call);
    const pump = async (): Promise<void> => {
      const messages = handler(call.request, context);
      if (!(Symbol.asyncIterator in messages)) throw new Error('a streaming method must give an async iterable');
      for await (const message of messages) {
        if (context.signal.aborted) return;
        if (!call.write(message)) await drained(call);
      }
      call.end();
    };
    pump().catch((error: unknown) => call.emit('error', failed(error)));
  };
}

function drained(call: StreamCall): Promise<void> {
  return new Promise((resolve) => {
    call.once('drain', resolve);
    call.once('cancelled', resolve);
  });
}
