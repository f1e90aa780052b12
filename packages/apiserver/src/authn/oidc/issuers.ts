import { type Clock, sleep } from '@typekube/component-base';
import { repeat } from '../../bootstrap/repeat';
import type { OnReload } from '../../config/reload-metrics';
import type { TokenAuthenticator } from '../authenticator';
import { type OidcIssuer, OidcProvider } from './provider';
import { oidcTokens } from './tokens';

export interface OidcIssuersOptions {
  /** Makes what bearer tokens are asked of from what tells the user of a token. */
  readonly wrap: (find: ReturnType<typeof oidcTokens>) => TokenAuthenticator;
  readonly clock: Clock;
  readonly log: { info(message: string): void; error(message: string, error?: unknown): void };
  readonly onReload?: OnReload | undefined;
  /** The issuers as the configuration file has them now; undefined where it has not changed, or there is none. Fails where it cannot be used. */
  readonly reload: () => Promise<readonly OidcIssuer[] | undefined>;
}

/** How often the configuration file is looked at: as upstream. */
const RELOAD_MS = 60_000;

/** How long new issuers are waited for, before the earlier ones stay for another while. */
const READY_MS = 60_000;

/** Issuers that are used together. */
interface Generation {
  readonly authenticators: readonly TokenAuthenticator[];
  readonly providers: readonly OidcProvider[];
  readonly stop: AbortController;
}

/** The issuers whose tokens are taken at present. New ones take the place of all before, once their keys can be had; what is under way ends by those it began with. */
export class OidcIssuers {
  private current: Generation;
  /** Issuers of the file that have not taken their place yet. */
  private wanted: readonly OidcIssuer[] | undefined;

  constructor(
    issuers: readonly OidcIssuer[],
    private readonly options: OidcIssuersOptions,
  ) {
    this.current = this.generationOf(issuers);
  }

  get authenticators(): readonly TokenAuthenticator[] {
    return this.current.authenticators;
  }

  /** Follows the keys of the issuers and the configuration file; resolves when the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.options;
    const running = new Set<Promise<void>>();
    const start = (generation: Generation): void => {
      const followed = follow(generation).finally(() => running.delete(followed));
      running.add(followed);
    };
    start(this.current);
    const onError = (error: unknown): void => {
      log.error('the new authentication configuration cannot be used; the earlier one stays', error);
      this.options.onReload?.('failure');
    };
    await repeat(() => this.look(start, signal), { clock, intervalMs: RELOAD_MS, signal, onError });
    this.current.stop.abort();
    await Promise.all(running);
  }

  /** Who logs in by an issuer that stays must not be refused because of one that comes: nothing is exchanged before all of them work. */
  private async look(start: (generation: Generation) => void, signal: AbortSignal): Promise<void> {
    this.wanted = (await this.options.reload()) ?? this.wanted;
    if (!this.wanted) return;
    const next = this.generationOf(this.wanted);
    start(next);
    try {
      await this.untilReady(next, signal);
    } catch (error) {
      next.stop.abort();
      throw error;
    }
    const before = this.current;
    this.current = next;
    this.wanted = undefined;
    before.stop.abort();
    this.options.log.info('Reloaded the authentication configuration');
    this.options.onReload?.('success');
  }

  private async untilReady({ providers }: Generation, signal: AbortSignal): Promise<void> {
    const waiting = new AbortController();
    const late = sleep(this.options.clock, READY_MS, AbortSignal.any([signal, waiting.signal]));
    const timeout = late.then(() => Promise.reject(new Error(`an issuer has not been reached in ${READY_MS} ms`)));
    try {
      await Promise.race([Promise.all(providers.map(({ ready }) => ready)), timeout]);
    } finally {
      timeout.catch(() => undefined);
      waiting.abort();
    }
  }

  private generationOf(issuers: readonly OidcIssuer[]): Generation {
    const { clock, log, wrap } = this.options;
    const onError = (error: unknown): void => log.error('an OpenID Connect issuer cannot be used', error);
    const pairs = issuers.map((issuer) => ({ issuer, provider: new OidcProvider(issuer, { clock, onError }) }));
    return {
      providers: pairs.map(({ provider }) => provider),
      authenticators: pairs.map(({ issuer, provider }) => wrap(oidcTokens(issuer, provider))),
      stop: new AbortController(),
    };
  }
}

async function follow({ providers, stop }: Generation): Promise<void> {
  await Promise.all(providers.map((provider) => provider.run(stop.signal)));
}
