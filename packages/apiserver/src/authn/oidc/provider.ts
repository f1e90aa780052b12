import { type Clock, sleep } from '@typekube/component-base';
import { recordOf, textOf } from '../json-claims';
import { send } from '../../http/outbound';

/** Who makes tokens, and how they are read. */
export interface OidcIssuer {
  readonly url: string;
  /** Where its discovery document is, where that is not below `url`. */
  readonly discoveryUrl: string | undefined;
  /** PEM of who signs its server; undefined for the authorities of the system. */
  readonly certificateAuthority: string | undefined;
  /** A token must be for one of them. */
  readonly audiences: readonly string[];
  readonly username: ClaimMapping;
  readonly groups: ClaimMapping | undefined;
  readonly uidClaim: string | undefined;
  readonly requiredClaims: readonly { readonly claim: string; readonly value: string }[];
  readonly signingAlgorithms: readonly string[];
}

export interface ClaimMapping {
  readonly claim: string;
  readonly prefix: string;
}

type Jose = typeof import('jose');
export type KeySet = ReturnType<Jose['createRemoteJWKSet']>;

export interface ProviderContext {
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

const TIMEOUT_MILLISECONDS = 10_000;
const RETRY_MILLISECONDS = 10_000;
/** Keys are fetched when a token names one that is not there, but not oftener than this, and again after a while anyway. */
const KEYS_COOLDOWN_MILLISECONDS = 30_000;
const KEYS_MAX_AGE_MILLISECONDS = 10 * 60_000;

/** The keys of an issuer, found by its discovery document. */
export class OidcProvider {
  private current: KeySet | undefined;

  constructor(
    private readonly issuer: OidcIssuer,
    private readonly context: ProviderContext,
  ) {}

  /** Undefined until discovery has worked. */
  get keys(): KeySet | undefined {
    return this.current;
  }

  /** Discovers, again and again until it works or the signal is aborted: the server starts without its issuers. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, onError } = this.context;
    while (!signal.aborted) {
      try {
        return await this.discover();
      } catch (error) {
        onError(new Error(`oidc authenticator: initializing ${this.issuer.url}: ${(error as Error).message}`, { cause: error }));
      }
      await sleep(clock, RETRY_MILLISECONDS, signal).catch(() => undefined);
    }
  }

  private async discover(): Promise<void> {
    const { url, discoveryUrl = `${url.replace(/\/$/, '')}/.well-known/openid-configuration` } = this.issuer;
    const { status, body } = await this.fetch(discoveryUrl);
    if (status !== 200) throw new Error(`${discoveryUrl} answered ${status}`);
    const document = recordOf(JSON.parse(body));
    if (document['issuer'] !== url) {
      throw new Error(`issuer did not match the issuer returned by provider, expected ${JSON.stringify(url)} got ${JSON.stringify(document['issuer'])}`);
    }
    const jwksUri = textOf(document['jwks_uri']);
    if (!URL.canParse(jwksUri)) throw new Error(`${discoveryUrl} names no jwks_uri`);
    const { createRemoteJWKSet, customFetch } = await import('jose');
    this.current = createRemoteJWKSet(new URL(jwksUri), {
      timeoutDuration: TIMEOUT_MILLISECONDS,
      cooldownDuration: KEYS_COOLDOWN_MILLISECONDS,
      cacheMaxAge: KEYS_MAX_AGE_MILLISECONDS,
      [customFetch]: async (from: string) => {
        const answer = await this.fetch(from);
        return new Response(answer.body, { status: answer.status });
      },
    });
  }

  private fetch(url: string): ReturnType<typeof send> {
    const { certificateAuthority: ca } = this.issuer;
    return send({ url, timeoutMilliseconds: TIMEOUT_MILLISECONDS, ...(ca && { tls: { ca } }) });
  }
}
