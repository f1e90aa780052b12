import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { refuse, type Upgrade } from '@typekube/streaming';

/** Serves one session, after its URL was asked for. */
export type SessionHandler = (upgrade: Upgrade) => Promise<void>;

/** How long a URL may be used, once, as upstream's. */
const TOKEN_LIFETIME_MS = 60_000;

/** More sessions that nobody came for yet are not kept. */
const MAX_TOKENS = 1000;

/** The streaming server: gives URLs with a secret token, each good for one session. */
export class StreamSessions {
  private readonly tokens = new Map<string, { readonly handler: SessionHandler; readonly timer: NodeJS.Timeout }>();
  private readonly server: Server;
  private url = '';

  /** `address` is `host:port`; port 0 takes a free one. */
  constructor(
    private readonly address: string,
    private readonly onError: (error: unknown) => void,
  ) {
    this.server = createServer((request, response) => answerPlain(request, response)).on('upgrade', (request, socket, head) => this.serve({ request, socket, head }));
  }

  async start(): Promise<void> {
    const [, host = '127.0.0.1', port = '0'] = /^\[?(.*?)\]?:(\d+)$/.exec(this.address) ?? [];
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(Number(port), host, () => resolve());
    });
    const bound = this.server.address();
    if (bound === null || typeof bound === 'string') throw new Error('the streaming server has no port');
    this.url = `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`;
  }

  /** A URL that serves this session. */
  offer(kind: 'exec' | 'attach' | 'portforward', handler: SessionHandler): string {
    if (this.tokens.size >= MAX_TOKENS) throw new Error('maximum number of in-flight requests exceeded');
    const token = randomBytes(16).toString('base64url');
    const timer = setTimeout(() => this.tokens.delete(token), TOKEN_LIFETIME_MS).unref();
    this.tokens.set(token, { handler, timer });
    return `${this.url}/${kind}/${token}`;
  }

  /** Takes no new sessions; those that run go on until the process ends. */
  close(): void {
    for (const { timer } of this.tokens.values()) clearTimeout(timer);
    this.tokens.clear();
    this.server.close();
  }

  private serve(upgrade: Upgrade): void {
    const token = upgrade.request.url?.split('/').at(-1)?.split('?', 1)[0] ?? '';
    const offered = this.tokens.get(token);
    if (!offered) return refuse(upgrade.socket, 404, 'invalid token');
    clearTimeout(offered.timer);
    this.tokens.delete(token);
    offered.handler(upgrade).catch((error: unknown) => {
      this.onError(error);
      upgrade.socket.destroy();
    });
  }
}

function answerPlain(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(400, { 'Content-Type': 'text/plain' }).end('Upgrade request required\n');
}
