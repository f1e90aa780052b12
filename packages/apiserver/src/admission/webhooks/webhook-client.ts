import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { admissionregistrationv1 } from '@typekube/api';
import { parseJson } from '@typekube/apimachinery';
import { ReviewError } from './review';
import type { ServiceResolver } from './service-resolver';

type ClientConfig = admissionregistrationv1.WebhookClientConfig;

/** An answer is a verdict and at most a patch of one object. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
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

  /** The parsed answer to a body. Fails with a ReviewError, worded as upstream, where there is none in time. */
  async post(config: ClientConfig, body: Buffer, timeoutMs: number): Promise<unknown> {
    const target = this.targetOf(config);
    target.url.searchParams.set('timeout', `${Math.ceil(timeoutMs / 1000)}s`);
    try {
      const answer = await this.send(target, body, timeoutMs);
      return readAnswer(answer.code, answer.bytes);
    } catch (error) {
      if (error instanceof ReviewError) throw error;
      throw new ReviewError(`failed to call webhook: Post ${JSON.stringify(target.url.href)}: ${reasonOf(error as Error)}`, { cause: error });
    }
  }

  close(): void {
    for (const agent of this.agents.values()) agent.destroy();
    this.agents.clear();
  }

  private targetOf(config: ClientConfig): Target {
    const agent = this.agentOf(config);
    const { url, service } = config;
    if (url) return { url: new URL(url), agent };
    if (!service) throw new ReviewError('webhook configuration must have either service or URL');
    const { name, namespace, port = 443, path = '/' } = service;
    const host = `${name}.${namespace}.svc`;
    const address = this.services.resolve(namespace, name, port);
    // By its name in the certificate and in texts, by its address on the way.
    return { url: new URL(path, `https://${host}:${port}`), agent, address, servername: host };
  }

  private agentOf(config: ClientConfig): Agent {
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
    if (this.agents.size > MAX_AGENTS) {
      const [[oldest, unused]] = this.agents as unknown as [[string, Agent]];
      unused.destroy();
      this.agents.delete(oldest);
    }
    return agent;
  }

  private send({ url, agent, address, servername }: Target, body: Buffer, timeoutMs: number): Promise<Answer> {
    const options: RequestOptions = {
      method: 'POST',
      agent,
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'Content-Length': body.length, Host: url.host },
      host: address?.host ?? url.hostname.replace(/^\[|\]$/g, ''),
      port: address?.port ?? (url.port || 443),
      path: url.pathname + url.search,
      signal: AbortSignal.timeout(timeoutMs),
      ...(servername && { servername }),
    };
    return new Promise((resolve, reject) => {
      const asking = httpsRequest(options, (message) => {
        readAll(message).then((bytes) => resolve({ code: message.statusCode ?? 0, bytes }), reject);
      });
      asking.once('error', reject);
      asking.end(body);
    });
  }
}

interface Target {
  readonly url: URL;
  readonly agent: Agent;
  readonly address?: { readonly host: string; readonly port: number };
  readonly servername?: string;
}

interface Answer {
  readonly code: number;
  readonly bytes: Buffer;
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) {
      message.destroy();
      throw new ReviewError(`failed to call webhook: the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function readAnswer(code: number, bytes: Buffer): unknown {
  if (code === 404) throw new ReviewError('failed to call webhook: the server could not find the requested resource');
  if (code < 200 || code >= 300) {
    const text = JSON.stringify(bytes.subarray(0, 1024).toString('utf8').trim());
    throw new ReviewError(`failed to call webhook: an error on the server (${text}) has prevented the request from succeeding`);
  }
  try {
    return parseJson(bytes);
  } catch (error) {
    const why = `couldn't get version/kind; json parse error: ${(error as Error).message}`;
    throw new ReviewError(`failed to call webhook: ${why}`, { cause: error });
  }
}

/** What Go's client would say. */
function reasonOf(error: Error & { code?: string; address?: string; port?: number }): string {
  switch (error.code) {
    case 'ABORT_ERR':
      return 'context deadline exceeded';
    case 'ECONNREFUSED':
      return `dial tcp ${error.address ?? ''}:${error.port ?? ''}: connect: connection refused`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'CERT_SIGNATURE_FAILURE':
      return 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
    case 'CERT_HAS_EXPIRED':
      return 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid';
    default:
      return error.name === 'TimeoutError' ? 'context deadline exceeded' : error.message;
  }
}
