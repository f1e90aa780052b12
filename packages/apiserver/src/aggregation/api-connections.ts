import { Agent } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import type { ServiceResolver } from '../service-routing/service-resolver';
import type { RemoteApi } from './remote-api';

/** What this server shows extension API servers to be believed (`--proxy-client-cert-file`): PEM. */
export interface ProxyIdentity {
  readonly certificate: string;
  readonly key: string;
}

export interface ApiTarget {
  /** The root of one of the servers behind the service, by its address. */
  readonly url: URL;
  /** The name that its certificate must have. */
  readonly servername: string;
  readonly tls: SecureContextOptions & { readonly servername: string; readonly rejectUnauthorized: boolean };
  readonly agent: Agent;
}

/** Connections that nobody uses any more are closed after this long. */
const IDLE_MS = 60_000;

/** How extension API servers are reached: over connections that are kept for each API service. */
export class ApiConnections {
  private readonly agents = new Map<string, { readonly madeFor: RemoteApi; readonly agent: Agent }>();

  constructor(
    private readonly services: ServiceResolver,
    private identity: ProxyIdentity | undefined,
  ) {}

  /** Shows that certificate in new connections from now on. */
  useIdentity(identity: ProxyIdentity): void {
    this.identity = identity;
    // What is under way on the others goes on; they close when nobody uses them any more.
    this.agents.clear();
  }

  /** Fails with a ServiceError where nobody is behind the service. */
  target(api: RemoteApi): ApiTarget {
    const url = this.urlOf(api);
    const tls = { ...this.tlsOf(api), rejectUnauthorized: !api.isInsecure };
    return { url, servername: tls.servername, tls, agent: this.agentOf(api) };
  }

  /** The same for a look at whether anybody answers at all, whose certificate does not matter. */
  uncheckedTarget(api: RemoteApi): Omit<ApiTarget, 'agent'> {
    const tls = { ...this.tlsOf(api), rejectUnauthorized: false };
    return { url: this.urlOf(api), servername: tls.servername, tls };
  }

  forget(name: string): void {
    this.agents.get(name)?.agent.destroy();
    this.agents.delete(name);
  }

  close(): void {
    for (const { agent } of this.agents.values()) agent.destroy();
    this.agents.clear();
  }

  private urlOf({ service: { namespace, name, port } }: RemoteApi): URL {
    const address = this.services.resolve(namespace, name, port);
    return new URL(`https://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`);
  }

  private tlsOf({ service, ca }: RemoteApi): SecureContextOptions & { readonly servername: string } {
    const { identity } = this;
    return {
      servername: `${service.name}.${service.namespace}.svc`,
      ...(ca !== undefined && { ca }),
      ...(identity && { cert: identity.certificate, key: identity.key }),
    };
  }

  /** Its own, so that a connection that was made under other terms is not used again. */
  private agentOf(api: RemoteApi): Agent {
    const known = this.agents.get(api.name);
    if (known && isSameServer(known.madeFor, api)) return known.agent;
    this.forget(api.name);
    const agent = new Agent({ keepAlive: true, timeout: IDLE_MS, scheduling: 'lifo' });
    this.agents.set(api.name, { madeFor: api, agent });
    return agent;
  }
}

function isSameServer(a: RemoteApi, b: RemoteApi): boolean {
  return a.ca === b.ca && a.isInsecure === b.isInsecure && JSON.stringify(a.service) === JSON.stringify(b.service);
}
