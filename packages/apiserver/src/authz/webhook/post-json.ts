import { request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { WebhookTarget } from '../../webhook-target/webhook-target';

/** No review is longer. */
const MAX_BYTES = 1024 * 1024;

const MAX_SOCKETS = 100;
/** How long a connection is kept that nobody uses. */
const IDLE_MS = 90_000;

/** An answer that is not 2xx. */
export class WebhookStatusError extends Error {
  override readonly name = 'WebhookStatusError';

  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** Sends JSON to a webhook over kept connections. */
export class WebhookConnection {
  private readonly agent: Agent | undefined;

  constructor(
    private readonly target: WebhookTarget,
    private readonly timeoutMs: number,
  ) {
    this.agent = target.url.protocol === 'https:' ? new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, timeout: IDLE_MS, ...target.tls }) : undefined;
  }

  /** Rejects where there is no JSON in answer before the timeout. */
  async post(body: unknown): Promise<unknown> {
    const { url } = this.target;
    const authorization = this.target.authorization();
    const signal = AbortSignal.timeout(this.timeoutMs);
    const options = {
      method: 'POST',
      signal,
      headers: { 'content-type': 'application/json', accept: 'application/json', ...(authorization && { authorization }) },
      ...(this.agent && { agent: this.agent }),
    };
    const text = await new Promise<string>((resolve, reject) => {
      const request = (this.agent ? httpsRequest : httpRequest)(url, options, (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size > MAX_BYTES) request.destroy(new Error(`the answer of ${url.host} is longer than ${MAX_BYTES} bytes`));
        });
        response.once('error', reject);
        response.once('end', () => {
          const answer = Buffer.concat(chunks).toString('utf8');
          const { statusCode = 0 } = response;
          if (statusCode >= 200 && statusCode < 300) resolve(answer);
          else reject(new WebhookStatusError(statusCode, `${url.host} answered ${statusCode}: ${answer.slice(0, 200)}`));
        });
      });
      request.once('error', (error) => reject(signal.aborted ? new Error(`no answer of ${url.host} in ${this.timeoutMs} ms`) : error));
      request.end(JSON.stringify(body));
    });
    return JSON.parse(text);
  }
}
