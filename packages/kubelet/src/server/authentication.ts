import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ANONYMOUS, bearerTokenOf, type Caller, certificateCaller, type Client, reviewToken } from '@typekube/client';
import { AnswerCache, type Clock } from '@typekube/component-base';
import { HttpError } from './http-error';

export interface AuthenticationOptions {
  /** Undefined where the kubelet knows no API server: nobody is asked then. */
  readonly client: Client | undefined;
  readonly clock: Clock;
  /** Whether certificates are believed: those that TLS has checked. */
  readonly x509: boolean;
  /** Whether the API server is asked whose bearer tokens they are. */
  readonly webhook: boolean;
  readonly webhookCacheTtl: number;
  readonly anonymous: boolean;
}

/** Finds out who a caller is, by its certificate or by its bearer token (upstream's kubelet authentication). */
export class Authentication {
  private readonly byToken: AnswerCache<Caller | undefined>;

  /** Throws where the API server is to be asked and there is none. */
  constructor(private readonly options: AuthenticationOptions) {
    if (options.webhook && !options.client) throw new Error('no client provided, cannot use webhook authentication');
    this.byToken = new AnswerCache(options.clock, () => options.webhookCacheTtl);
  }

  /** Rejects with 401 where nobody knows the caller, and with the API server's error where it cannot be asked. */
  async callerOf(request: IncomingMessage): Promise<Caller> {
    const { client, x509, webhook, anonymous } = this.options;
    const byCertificate = x509 ? certificateCaller(request) : undefined;
    if (byCertificate) return byCertificate;
    const token = bearerTokenOf(request);
    if (token && webhook && client) {
      const caller = await this.byToken.get(createHash('sha256').update(token).digest('base64'), () => reviewToken(client, token));
      if (caller) return caller;
    } else if (anonymous && request.headers.authorization === undefined) {
      return ANONYMOUS;
    }
    throw new HttpError(401, 'Unauthorized');
  }
}
