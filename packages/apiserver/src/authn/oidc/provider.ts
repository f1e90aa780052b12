import { type Clock, sleep } from '@typekube/component-base';
import { repeat } from '../../bootstrap/repeat';
import { recordOf, textOf } from '../json-claims';
import { send } from '../../http/outbound';
import type { IssuerExpressions } from './expressions';

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
  /** What is mapped and checked by expressions, where there are any. */
  readonly expressions?: IssuerExpressions;
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
/** Keys are fetched when a token names one that is not there, but not oftener than this: tokens that name none are cheap to make. */
const KEYS_COOLDOWN_MILLISECONDS = 1_000;
/** And again after a while, so that one that the issuer has taken back is forgotten. */
const KEYS_REFRESH_MILLISECONDS = 10 * 60_000;

/** The keys of an issuer, found by its discovery document. */
export class OidcProvider {
  /** Resolves when discovery has worked. */
  readonly ready: Promise<void>;
  private current: KeySet | undefined;
  private setReady: () => void = () => undefined;

  constructor(
    private readonly issuer: OidcIssuer,
    private readonly context: ProviderContext,
  ) {
    this.ready = new Promise((resolve) => (this.setReady = resolve));
  }

  /** Undefined until discovery has worked. What is known stays, also where the issuer is not to be reached any more. */
  get keys(): KeySet | undefined {
    return this.current;
  }

  /** Discovers, again and again until it works: the server starts without its issuers. Then follows the keys; resolves when the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.context;
    const keys = await this.discoverUntil(signal);
    const onError = (error: unknown): void => this.failed('fetching the keys of', error);
    if (keys) await repeat(() => keys.reload(), { clock, intervalMs: KEYS_REFRESH_MILLISECONDS, signal, onError });
  }

  private async discoverUntil(signal: AbortSignal): Promise<KeySet | undefined> {
    while (!signal.aborted) {
      try {
        this.current = await this.discover();
        this.setReady();
        return this.current;
      } catch (error) {
        this.failed('initializing', error);
      }
      await sleep(this.context.clock, RETRY_MILLISECONDS, signal).catch(() => undefined);
    }
    return undefined;
  }

  private failed(what: string, error: unknown): void {
    this.context.onError(new Error(`oidc authenticator: ${what} ${this.issuer.url}: ${(error as Error).message}`, { cause: error }));
  }

  private async discover(): Promise<KeySet> {
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
    return createRemoteJWKSet(new URL(jwksUri), {
      timeoutDuration: TIMEOUT_MILLISECONDS,
      cooldownDuration: KEYS_COOLDOWN_MILLISECONDS,
      cacheMaxAge: Infinity,
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
