import type { Clock } from '@typekube/component-base';
import { repeat } from '../../bootstrap/repeat';
import type { TokenAuthenticator } from '../authenticator';
import { type OidcIssuer, OidcProvider } from './provider';
import { oidcTokens } from './tokens';

export interface OidcIssuersOptions {
  /** Makes what bearer tokens are asked of from what tells the user of a token. */
  readonly wrap: (find: ReturnType<typeof oidcTokens>) => TokenAuthenticator;
  readonly clock: Clock;
  readonly log: { info(message: string): void; error(message: string, error?: unknown): void };
  /** The issuers as the configuration file has them now; undefined where it has not changed, or there is none. Fails where it cannot be used. */
  readonly reload: () => Promise<readonly OidcIssuer[] | undefined>;
}

/** How often the configuration file is looked at: as upstream. */
const RELOAD_MS = 60_000;

/** The issuers whose tokens are taken at present. New ones take the place of all before; what is under way ends by those it began with. */
export class OidcIssuers {
  private providers: readonly OidcProvider[] = [];
  private current: readonly TokenAuthenticator[] = [];
  private discovering = new AbortController();

  constructor(
    issuers: readonly OidcIssuer[],
    private readonly options: OidcIssuersOptions,
  ) {
    this.use(issuers);
  }

  get authenticators(): readonly TokenAuthenticator[] {
    return this.current;
  }

  /** Finds the keys of the issuers and follows the configuration file; resolves when the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.options;
    let running = this.discover();
    const onError = (error: unknown): void => log.error('the new authentication configuration cannot be used; the earlier one stays', error);
    const look = async (): Promise<void> => {
      const issuers = await this.options.reload();
      if (!issuers) return;
      this.discovering.abort();
      await running;
      this.use(issuers);
      running = this.discover();
      log.info('Reloaded the authentication configuration');
    };
    await repeat(look, { clock, intervalMs: RELOAD_MS, signal, onError });
    this.discovering.abort();
    await running;
  }

  private use(issuers: readonly OidcIssuer[]): void {
    const { clock, log, wrap } = this.options;
    const onError = (error: unknown): void => log.error('an OpenID Connect issuer cannot be used', error);
    const pairs = issuers.map((issuer) => ({ issuer, provider: new OidcProvider(issuer, { clock, onError }) }));
    this.providers = pairs.map(({ provider }) => provider);
    this.current = pairs.map(({ issuer, provider }) => wrap(oidcTokens(issuer, provider)));
  }

  private async discover(): Promise<void> {
    this.discovering = new AbortController();
    await Promise.all(this.providers.map((provider) => provider.run(this.discovering.signal)));
  }
}
