import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type ClientHttp2Session, connect, type IncomingHttpHeaders as Http2Headers } from 'node:http2';
import { Agent, type AgentOptions, request as httpsRequest } from 'node:https';
import type { KubeObject, ListMeta, ObjectMeta, StatusDetails } from '@typekube/apimachinery';

/** The fields that tests read of any answer: an object, a list, a Status, a table or a discovery document. */
export interface AnswerBody extends KubeObject {
  metadata: ObjectMeta & ListMeta;
  code?: number;
  reason?: string;
  message?: string;
  details?: StatusDetails;
  items: AnswerBody[];
  data?: Record<string, string>;
  spec: Record<string, unknown>;
  status: unknown;
}

/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** The body parsed as JSON; fails with a SyntaxError if it is none. */
  readonly body: AnswerBody;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  /** Sent as it is if it is text or bytes, else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type TlsOptions = Pick<AgentOptions, 'ca' | 'cert' | 'key'>;

/** Sends requests over HTTPS to one server on the loopback interface, over HTTP/1.1 with a few kept connections, or over HTTP/2 with one. */
export class HttpsClient {
  private readonly agent: Agent;
  private session: ClientHttp2Session | undefined;

  constructor(
    readonly port: number,
    private readonly tls: TlsOptions,
    private readonly defaultHeaders: Readonly<Record<string, string>>,
  ) {
    this.agent = new Agent({ ...tls, keepAlive: true, maxSockets: 64 });
  }

  async http1(call: Call): Promise<Answer> {
    const message = await this.open(call);
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    return answer(message.statusCode ?? 0, message.headers, Buffer.concat(chunks));
  }

  /** The answer of an HTTP/1.1 request as soon as its head is there. */
  async open({ method, path, body, headers }: Call, signal?: AbortSignal): Promise<IncomingMessage> {
    const payload = encode(body);
    const request = httpsRequest({
      host: '127.0.0.1',
      port: this.port,
      agent: this.agent,
      method,
      path,
      headers: { ...this.headersFor(body), ...headers, ...(payload && { 'content-length': payload.length }) },
      ...(signal && { signal }),
    });
    const answered = once(request, 'response') as Promise<[IncomingMessage]>;
    request.end(payload);
    const [message] = await answered;
    return message;
  }

  async http2({ method, path, body, headers }: Call): Promise<Answer> {
    const all = { ':method': method, ':path': path, ...this.headersFor(body), ...headers };
    const stream = this.http2Session().request(all, { endStream: body === undefined });
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    const ended = once(stream, 'end');
    const answered = once(stream, 'response') as Promise<[Http2Headers & { ':status'?: number }]>;
    if (body !== undefined) stream.end(encode(body));
    const [head] = await answered;
    await ended;
    return answer(head[':status'] ?? 0, head as IncomingHttpHeaders, Buffer.concat(chunks));
  }

  /** The HTTP/2 connection, opened when first asked for. */
  http2Session(): ClientHttp2Session {
    if (!this.session || this.session.closed || this.session.destroyed) {
      this.session = connect(`https://127.0.0.1:${this.port}`, this.tls);
      // What breaks off shows in the requests.
      this.session.on('error', () => undefined);
    }
    return this.session;
  }

  close(): void {
    this.agent.destroy();
    this.session?.destroy();
  }

  private headersFor(body: unknown): Record<string, string> {
    return { ...this.defaultHeaders, ...(body !== undefined && { 'content-type': 'application/json' }) };
  }
}

function encode(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function answer(status: number, headers: IncomingHttpHeaders, bytes: Buffer): Answer {
  return {
    status,
    headers,
    bytes,
    get text() {
      return bytes.toString('utf8');
    },
    get body() {
      return JSON.parse(bytes.toString('utf8')) as AnswerBody;
    },
  };
}
