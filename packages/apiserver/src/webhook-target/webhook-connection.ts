import { Agent } from 'node:https';
import { send } from '../http/outbound';
import type { WebhookTarget } from './webhook-target';

const MAX_SOCKETS = 100;
/** How long a connection is kept that nobody uses. */
const IDLE_MS = 90_000;

/** An answer that is not 2xx. */
export class WebhookStatusError extends Error {
  override readonly name = 'WebhookStatusError';

  constructor(
    readonly code: number,
    message: string,
    /** Whether it has named a time after which to ask again. */
    readonly asksForLater = false,
  ) {
    super(message);
  }
}

/** Posts JSON to a webhook over kept connections. */
export class WebhookConnection {
  private readonly agent: Agent | undefined;

  constructor(
    private readonly target: WebhookTarget,
    private readonly timeoutMs: number,
    maxSockets = MAX_SOCKETS,
  ) {
    const isSecure = target.url.protocol === 'https:';
    this.agent = isSecure ? new Agent({ keepAlive: true, maxSockets, timeout: IDLE_MS, ...target.tls }) : undefined;
  }

  /**
   * The text of the answer. Rejects with a WebhookStatusError where it is not 2xx, with another error where there is none before the timeout,
   * or before the signal is aborted.
   */
  async post(body: string | Buffer, signal?: AbortSignal): Promise<string> {
    const { host, href } = this.target.url;
    const authorization = this.target.authorization();
    const headers = { 'content-type': 'application/json', accept: 'application/json', ...(authorization && { authorization }) };
    const request = { url: href, method: 'POST', body, headers, timeoutMilliseconds: this.timeoutMs, ...(signal && { signal }) } as const;
    const { status, headers: answered, body: answer } = await send({ ...request, ...(this.agent && { agent: this.agent }) });
    if (status < 200 || status > 299) {
      throw new WebhookStatusError(status, `${host} answered ${status}: ${answer.slice(0, 200)}`, answered['retry-after'] !== undefined);
    }
    return answer;
  }

  /** Ends the connections. */
  close(): void {
    this.agent?.destroy();
  }
}
