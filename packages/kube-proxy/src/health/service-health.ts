import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '@typekube/component-base';
import type { HealthCheckState } from '../model/changes';
import { type HttpAnswer, HttpServer } from './http-server';

export interface ServiceHealthOptions {
  /** Where health check node ports listen. */
  readonly addresses: () => readonly string[];
  /** The proxy itself keeps up. */
  readonly isProxyHealthy: () => boolean;
  readonly log: Logger;
}

interface Listening {
  state: HealthCheckState;
  readonly addresses: readonly string[];
  readonly servers: readonly HttpServer[];
}

/**
 * Tells load balancers, at each service's health check node port, whether this node has endpoints of it
 * (`externalTrafficPolicy: Local`).
 */
export class ServiceHealthServer {
  private readonly listening = new Map<string, Listening>();

  constructor(private readonly options: ServiceHealthOptions) {}

  /** Serves these and no others. Ports that cannot be had are logged and tried again at the next call. */
  async sync(states: readonly HealthCheckState[]): Promise<void> {
    const addresses = this.options.addresses();
    const wanted = new Map(states.map((state) => [`${state.namespace}/${state.name}`, state]));
    for (const [key, listening] of this.listening) {
      const state = wanted.get(key);
      if (state?.port !== listening.state.port || !isDeepStrictEqual(addresses, listening.addresses)) await this.close(key);
    }
    for (const [key, state] of wanted) {
      const listening = this.listening.get(key);
      if (listening) listening.state = state;
      else await this.open(key, state, addresses);
    }
  }

  async stop(): Promise<void> {
    for (const key of this.listening.keys()) await this.close(key);
  }

  private async open(key: string, state: HealthCheckState, addresses: readonly string[]): Promise<void> {
    const { log } = this.options;
    const answer = (): HttpAnswer => healthAnswer(this.listening.get(key)?.state ?? state, this.options.isProxyHealthy());
    const started = await Promise.allSettled(addresses.map((host) => HttpServer.start({ host, port: state.port }, answer, log)));
    const servers = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    for (const result of started) {
      if (result.status === 'rejected')
        log.error('Failed to start healthcheck', result.reason, { service: key, port: state.port });
    }
    if (servers.length > 0) this.listening.set(key, { state, addresses, servers });
  }

  private async close(key: string): Promise<void> {
    const listening = this.listening.get(key);
    this.listening.delete(key);
    await Promise.all((listening?.servers ?? []).map((server) => server.stop()));
  }
}

/** Upstream's answer; the header is what weighting load balancers read. */
export function healthAnswer({ namespace, name, localEndpoints }: HealthCheckState, isProxyHealthy: boolean): HttpAnswer {
  const body = { service: { namespace, name }, localEndpoints, serviceProxyHealthy: isProxyHealthy };
  return {
    status: localEndpoints > 0 && isProxyHealthy ? 200 : 503,
    body: JSON.stringify(body),
    contentType: 'application/json',
    headers: { 'x-load-balancing-endpoint-weight': String(localEndpoints) },
  };
}
