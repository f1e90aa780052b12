import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { type Client, tokenReviews } from '@typekube/client';
import { AnswerCache, certificateIdentity, type Clock } from '@typekube/component-base';
import { HttpError } from './http-error';

/** Who asks the kubelet for something. */
export interface Caller {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

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

const ANONYMOUS: Caller = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
const AUTHENTICATED = 'system:authenticated';
const TIMEOUT_MILLISECONDS = 10_000;

/** Finds out who a caller is, by its certificate or by its bearer token (upstream's kubelet authentication). */
export class Authentication {
  private readonly byToken: AnswerCache<Caller | undefined>;

  /** Throws where the API server is to be asked and there is none. */
  constructor(private readonly options: AuthenticationOptions) {
    if (options.webhook && !options.client) throw new Error('no client provided, cannot use webhook authentication');
    this.byToken = new AnswerCache(options.clock, () => options.webhookCacheTtl);
  }

  /** Rejects with 401 where nobody knows the caller, and with the API server's error where it cannot be asked. */
  async callerOf({ socket, headers }: IncomingMessage): Promise<Caller> {
    const { x509, webhook, anonymous } = this.options;
    const byCertificate = x509 && socket instanceof TLSSocket ? certificateCaller(socket) : undefined;
    if (byCertificate) return byCertificate;
    const [, token] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
    if (token && webhook) {
      const caller = await this.byToken.get(createHash('sha256').update(token).digest('base64'), () => this.review(token));
      if (caller) return caller;
    } else if (anonymous && headers.authorization === undefined) {
      return ANONYMOUS;
    }
    throw new HttpError(401, 'Unauthorized');
  }

  private async review(token: string): Promise<Caller | undefined> {
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', metadata: {}, spec: { token } } as const;
    const { client } = this.options;
    if (!client) return undefined;
    const { status } = await client.for(tokenReviews).create(review, { timeoutMilliseconds: TIMEOUT_MILLISECONDS });
    const { username, uid, groups = [], extra } = status?.user ?? {};
    if (!status?.authenticated || !username) return undefined;
    return { name: username, groups: withAuthenticated(groups), ...(uid && { uid }), ...(extra && { extra }) };
  }
}

function certificateCaller(socket: TLSSocket): Caller | undefined {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  if (!certificate) return undefined;
  const { commonName, organizations } = certificateIdentity(certificate);
  return commonName ? { name: commonName, groups: withAuthenticated(organizations) } : undefined;
}

function withAuthenticated(groups: readonly string[]): readonly string[] {
  return groups.includes(AUTHENTICATED) ? groups : [...groups, AUTHENTICATED];
}
