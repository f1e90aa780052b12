import { Agent, request } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { KubeObject } from '@typekube/apimachinery';

/** Who the client is. Without any of these it is nobody. */
export interface Credentials {
  readonly certificate?: string;
  readonly key?: string;
  readonly token?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A list as the server gives it. */
export interface ObjectList extends KubeObject {
  readonly items: KubeObject[];
}

interface KubeconfigFile {
  readonly clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
  readonly users: [{ user: { 'client-certificate-data': string; 'client-key-data': string } }];
}

const TIMEOUT_MS = 20_000;

/** Bare HTTPS requests, for what no client library lets through or shows. */
export class ApiClient {
  private readonly agent: Agent;

  constructor(
    private readonly url: string,
    private readonly ca: string,
    private readonly credentials: Credentials,
  ) {
    const { certificate: cert, key } = credentials;
    this.agent = new Agent({ keepAlive: true, ca, cert, key });
  }

  /** As the user of a kubeconfig that the server wrote. */
  static fromKubeconfig(text: string): ApiClient {
    const { clusters, users }: KubeconfigFile = JSON.parse(text);
    const { cluster } = clusters[0];
    const { user } = users[0];
    return new ApiClient(cluster.server, decode(cluster['certificate-authority-data']), {
      certificate: decode(user['client-certificate-data']),
      key: decode(user['client-key-data']),
    });
  }

  /** The same server, as somebody else. */
  as(credentials: Credentials): ApiClient {
    return new ApiClient(this.url, this.ca, credentials);
  }

  /** Sends a request and reads the whole answer, whatever its status. Fails if there is none. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await this.open({ method, path, body, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() };
  }

  async get<T = KubeObject>(path: string): Promise<T> {
    return success(await this.send('GET', path));
  }

  async post<T = KubeObject>(path: string, body: unknown): Promise<T> {
    return success(await this.send('POST', path, body));
  }

  async put<T = KubeObject>(path: string, body: unknown): Promise<T> {
    return success(await this.send('PUT', path, body));
  }

  async delete<T = KubeObject>(path: string): Promise<T> {
    return success(await this.send('DELETE', path));
  }

  /** The events of a watch, one by one; ends when the server ends it. Breaking off the loop closes the connection. */
  async *watch(path: string): AsyncGenerator<WatchEvent, void, undefined> {
    const response = await this.open({ method: 'GET', path });
    if (response.statusCode !== 200) throw new Error(`the watch was answered ${response.statusCode}`);
    try {
      for await (const line of createInterface({ input: response })) yield JSON.parse(line);
    } finally {
      response.destroy();
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private async open({ method, path, body, headers: given = {}, signal }: OpenOptions): Promise<IncomingMessage> {
    const { token } = this.credentials;
    const text = typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...(text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...given,
    };
    const sent = request(this.url + path, { method, headers, signal, agent: this.agent });
    sent.end(text);
    const [response]: IncomingMessage[] = await once(sent, 'response');
    if (!response) throw new Error('there was no response');
    return response;
  }
}

interface OpenOptions {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

function success<T>({ status, text }: Answer): T {
  if (status >= 300) throw new Error(`the server answered ${status}: ${text}`);
  return JSON.parse(text);
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}
