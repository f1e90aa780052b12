import { hasReason } from '@typekube/apimachinery';
import type { authenticationv1, corev1 } from '@typekube/api';
import type { ResourceClient, TokenSource } from '@typekube/client';
import type { Clock } from '@typekube/component-base';
import { ensureCreated } from './namespaces';

export interface AccountTokenOptions {
  readonly accounts: ResourceClient<corev1.ServiceAccount>;
  readonly namespace: string;
  readonly account: string;
  readonly clock: Clock;
}

interface Issued {
  readonly token: string;
  /** When to ask for another. */
  readonly renewAt: number;
}

/** As upstream's client builder asks. */
const SECONDS = 3600;

/** A service account's token, asked for when it is needed and anew when four fifths of its time are over; the account is made where it is missing. */
export class AccountToken implements TokenSource {
  private issued: Promise<Issued> | undefined;

  constructor(private readonly options: AccountTokenOptions) {}

  async token(): Promise<string> {
    const { clock } = this.options;
    this.issued ??= this.ask();
    const asked = this.issued;
    const { token, renewAt } = await asked;
    if (clock.now() < renewAt) return token;
    // Whoever comes first asks; the others wait with it.
    if (this.issued === asked) this.issued = this.ask();
    return (await (this.issued ?? this.ask())).token;
  }

  reject(): void {
    this.issued = undefined;
  }

  private ask(): Promise<Issued> {
    const asked = this.request();
    asked.catch(() => {
      if (this.issued === asked) this.issued = undefined;
    });
    return asked;
  }

  private async request(): Promise<Issued> {
    const { clock, accounts, namespace, account } = this.options;
    const now = clock.now();
    const answer = await this.requestToken().catch(async (error: unknown) => {
      if (!hasReason(error, 'NotFound')) throw error;
      await ensureCreated(accounts.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace } }));
      return this.requestToken();
    });
    const { token = '', expirationTimestamp = '' } = answer.status ?? {};
    if (!token) throw new Error(`no token for the service account ${namespace}/${account}`);
    return { token, renewAt: now + (Date.parse(expirationTimestamp) - now) * 0.8 };
  }

  private async requestToken(): Promise<authenticationv1.TokenRequest> {
    const { accounts, account } = this.options;
    const metadata = {};
    const request: authenticationv1.TokenRequest = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata,
      spec: { audiences: [], expirationSeconds: SECONDS },
    };
    const answer = await accounts.createSubresource<authenticationv1.TokenRequest>(account, 'token', request);
    if (answer.kind === 'TokenRequest') return answer;
    throw new Error(`no token for the service account ${account}: ${JSON.stringify(answer)}`);
  }
}
