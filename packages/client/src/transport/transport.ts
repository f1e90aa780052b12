import { parseJson, type StatusError } from '@typekube/apimachinery';
import { type Clock, sleep, systemClock, type Timer } from '@typekube/component-base';
import type { ClientConfig } from '../kubeconfig/client-config';
import { createCredentials, type Credentials } from '../kubeconfig/credentials';
import { RequestTimeout } from './connection-error';
import { Connections } from './connections';
import type { TlsIdentity } from './dial';
import { headerOf, type Method, type WireRequest, type WireResponse } from './http-message';
import { identityHeaders } from './identity-headers';
import { readBody } from './read-body';
import { type RequestSubject, statusErrorOf } from './response-status';
import { type Outcome, retryDelay } from './retry';
import { hasFiles, readFileOrData, readTlsIdentity, sameIdentity } from './tls-source';
import { TokenBucket } from './token-bucket';
import { userAgent } from './user-agent';
import { type WarningHandler, warningsOf } from './warnings';

export interface TransportOptions {
  /** The component's name in the user agent. */
  readonly component: string;
  /** How long a call may take with everything; watches are not bounded by it once they have begun. Default 60 seconds. */
  readonly timeoutMilliseconds?: number;
  /** Requests a second and at once; absent: no limit, which is upstream's advice too now that servers have flow control. */
  readonly rateLimit?: { readonly qps: number; readonly burst: number };
  readonly onWarning?: WarningHandler;
  readonly clock?: Clock;
}

/** A request to a server. */
export interface ApiRequest {
  readonly method: Method;
  /** With the query; begins with a slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly subject?: RequestSubject;
  readonly signal?: AbortSignal;
  readonly timeoutMilliseconds?: number;
}

const DEFAULT_TIMEOUT_MILLISECONDS = 60_000;
/** How often certificate files are looked at, as client-go's certificate rotation. */
const IDENTITY_MILLISECONDS = 5 * 60_000;

/**
 * Talks to one server: who one is, patience, trying again, errors as `StatusError`, `ConnectionError` or `RequestTimeout`.
 * Everything shares the same connections; see Connections.
 */
export class Transport {
  private readonly connections: Connections;
  private readonly credentials: Credentials;
  private readonly limiter: TokenBucket | undefined;
  private readonly headers: Readonly<Record<string, string | string[]>>;
  private readonly basePath: string;
  private readonly clock: Clock;
  private identityTimer: Timer | undefined;
  private identity: TlsIdentity | undefined;

  constructor(
    private readonly config: ClientConfig,
    private readonly options: TransportOptions,
  ) {
    const { clock = systemClock, rateLimit, component } = options;
    const { server, tls, auth } = config;
    this.clock = clock;
    const readCa = (): Promise<string | undefined> => readFileOrData(tls.ca);
    this.credentials = createCredentials(auth, { server, insecure: tls.insecure, readCa }, clock);
    this.limiter = rateLimit && new TokenBucket(rateLimit.qps, rateLimit.burst, clock);
    this.headers = { 'user-agent': userAgent(component), ...identityHeaders(config.impersonate) };
    const url = new URL(server);
    this.basePath = url.pathname.replace(/\/+$/, '');
    this.connections = new Connections(url, () => this.readIdentity());
    if (hasFiles(tls)) this.watchIdentity();
  }

  /** Sends and reads the whole answer as JSON. Rejects with StatusError where the answer is an error. */
  async json(request: ApiRequest): Promise<unknown> {
    return parseJson(await this.bytes(request));
  }

  /** Sends and reads the whole answer. */
  async bytes(request: ApiRequest): Promise<Uint8Array> {
    return this.bounded(request, async (signal) => readBody(await this.succeed(request, signal), signal));
  }

  /**
   * Sends and gives the head of the answer once that is a success. The timeout holds up to there; the body lasts until it ends or
   * the request's signal is aborted. Whoever asks must read or destroy it.
   */
  async stream(request: ApiRequest): Promise<WireResponse> {
    const body = new AbortController();
    const { signal } = request;
    const onAbort = (): void => body.abort(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    const forget = (): void => signal?.removeEventListener('abort', onAbort);
    const timer = this.clock.after(this.timeoutOf(request), () => body.abort(this.timeoutError(request)));
    try {
      const response = await this.succeed(request, body.signal);
      response.body.once('close', forget);
      return response;
    } catch (error) {
      forget();
      throw error;
    } finally {
      timer.cancel();
    }
  }

  /** Ends all connections; what is under way fails. */
  close(): void {
    this.identityTimer?.cancel();
    this.connections.close();
  }

  private timeoutOf(request: ApiRequest): number {
    return request.timeoutMilliseconds ?? this.options.timeoutMilliseconds ?? DEFAULT_TIMEOUT_MILLISECONDS;
  }

  private timeoutError({ method, path }: ApiRequest): RequestTimeout {
    return new RequestTimeout(`${method} ${this.config.server}${path}: request timed out while awaiting response`);
  }

  /** Runs with a signal that is aborted by the request's own, or when its time is up. */
  private async bounded<T>(request: ApiRequest, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const timeout = new AbortController();
    const timer = this.clock.after(this.timeoutOf(request), () => timeout.abort(this.timeoutError(request)));
    const signal = request.signal ? AbortSignal.any([request.signal, timeout.signal]) : timeout.signal;
    try {
      return await run(signal);
    } finally {
      timer.cancel();
    }
  }

  /** A successful response, after as many attempts as the rules of retrying allow. */
  private async succeed(request: ApiRequest, signal: AbortSignal): Promise<WireResponse> {
    let renewed = false;
    for (let retries = 0; ; retries++) {
      const outcome = await this.attempt(request, signal);
      const delay = signal.aborted ? undefined : retryDelay(request.method, outcome, retries);
      if (delay !== undefined) {
        if ('response' in outcome) outcome.response.body.resume();
        await sleep(this.clock, delay, signal);
        continue;
      }
      if ('error' in outcome) throw outcome.error;
      const { response } = outcome;
      for (const warning of this.options.onWarning ? warningsOf(response) : []) this.options.onWarning?.(warning);
      if (response.status < 300) return response;
      const error = await this.errorOf(request, response, signal);
      if (response.status !== 401 || renewed || !this.canRenew()) throw error;
      renewed = true;
    }
  }

  private async attempt(request: ApiRequest, signal: AbortSignal): Promise<Outcome> {
    try {
      await this.limiter?.wait(signal);
      return { response: await this.connections.send(await this.wire(request, signal)) };
    } catch (error) {
      return { error };
    }
  }

  private async wire({ method, path, headers, body }: ApiRequest, signal: AbortSignal): Promise<WireRequest> {
    const authorization = await this.credentials.authorization();
    return {
      method,
      path: this.basePath + path,
      headers: { accept: 'application/json', ...this.headers, ...headers, ...(authorization && { authorization }) },
      ...(body !== undefined && { body }),
      signal,
    };
  }

  private async errorOf(request: ApiRequest, response: WireResponse, signal: AbortSignal): Promise<StatusError> {
    if (response.status === 401) this.credentials.reject();
    const body = Buffer.from(await readBody(response, signal)).toString('utf8');
    const retryAfter = Number(headerOf(response, 'retry-after') ?? 0);
    return statusErrorOf(response.status, body, request.method, request.subject ?? { resource: '', name: '' }, retryAfter);
  }

  /** Credentials that can change are worth a second attempt. */
  private canRenew(): boolean {
    const { type } = this.config.auth;
    if (type === 'exec') this.connections.renew();
    return type === 'exec' || type === 'token-file' || type === 'token-source';
  }

  private async readIdentity(): Promise<TlsIdentity> {
    return (this.identity = await readTlsIdentity(this.config.tls, this.credentials));
  }

  private watchIdentity(): void {
    this.identityTimer = this.clock.after(IDENTITY_MILLISECONDS, () => {
      this.watchIdentity();
      void this.checkIdentity();
    });
  }

  /** A certificate that cannot be read is left for the next connection to report. */
  private async checkIdentity(): Promise<void> {
    const known = this.identity;
    const current = await readTlsIdentity(this.config.tls, this.credentials).catch(() => known);
    if (known && current && !sameIdentity(known, current)) this.connections.renew();
  }
}
