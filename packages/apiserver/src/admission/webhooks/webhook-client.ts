import { Agent } from 'node:https';
import type { admissionregistrationv1 } from '@typekube/api';
import { PostError, type PostTarget, postJson } from './post-json';
import { type Address, ServiceError, type ServiceResolver } from '../../service-routing/service-resolver';

/** How a webhook is reached: of admission, and of conversion. */
export type WebhookClientConfig = admissionregistrationv1.WebhookClientConfig;

/** Connections kept for webhooks that nobody asks any more are closed after this long. */
const IDLE_MS = 60_000;
const MAX_AGENTS = 200;

/** Asks webhooks, over connections that are kept: one agent for each that is reached in another way. */
export class WebhookClients {
  private readonly agents = new Map<string, Agent>();

  constructor(
    private readonly services: ServiceResolver,
    stopping: AbortSignal,
  ) {
    stopping.addEventListener('abort', () => this.close(), { once: true });
  }

  /** The parsed answer to a body. Fails with a PostError, worded as upstream, where there is none in time. */
  async post(config: WebhookClientConfig, body: Buffer, timeoutMs: number): Promise<unknown> {
    const target = this.targetOf(config);
    target.url.searchParams.set('timeout', `${Math.ceil(timeoutMs / 1000)}s`);
    return postJson(target, body, timeoutMs);
  }

  close(): void {
    for (const agent of this.agents.values()) agent.destroy();
    this.agents.clear();
  }

  private targetOf(config: WebhookClientConfig): PostTarget {
    const agent = this.agentOf(config);
    const { url, service } = config;
    if (url) return { url: new URL(url), agent };
    if (!service) throw new PostError('webhook configuration must have either service or URL', undefined);
    const { name, namespace, port = 443, path = '/' } = service;
    const host = `${name}.${namespace}.svc`;
    const address = this.addressOf(namespace, name, port);
    // By its name in the certificate and in texts, by its address on the way.
    return { url: new URL(path, `https://${host}:${port}`), agent, address, servername: host };
  }

  private addressOf(namespace: string, name: string, port: number): Address {
    try {
      return this.services.resolve(namespace, name, port);
    } catch (error) {
      if (error instanceof ServiceError) throw new PostError(error.message, undefined, { cause: error });
      throw error;
    }
  }

  private agentOf(config: WebhookClientConfig): Agent {
    const key = JSON.stringify(config);
    let agent = this.agents.get(key);
    if (agent) {
      this.agents.delete(key);
    } else {
      const { caBundle } = config;
      const ca = caBundle ? Buffer.from(caBundle, 'base64') : undefined;
      agent = new Agent({ keepAlive: true, timeout: IDLE_MS, scheduling: 'lifo', ...(ca && { ca }) });
    }
    this.agents.set(key, agent);
    for (const [oldest, unused] of this.agents) {
      if (this.agents.size <= MAX_AGENTS) break;
      unused.destroy();
      this.agents.delete(oldest);
    }
    return agent;
  }
}
