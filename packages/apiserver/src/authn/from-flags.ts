import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Clock, MetricsRegistry } from '@typekube/component-base';
import type { Router } from 'express';
import type { AuthenticationFlags, ServiceAccountFlags } from '../config/authentication-flags';
import type { OidcFlags } from '../config/oidc-flags';
import type { OnReload } from '../config/reload-metrics';
import type { ServerCore } from '../handlers/core';
import type { ApiRequest } from '../http/messages';
import { WebhookConnection } from '../webhook-target/webhook-connection';
import { readWebhookTarget } from '../webhook-target/webhook-target';
import type { Authenticator, TokenAuthenticator } from './authenticator';
import { Authorities } from './authorities';
import { basicAuth } from './basic-auth';
import { bearerTokens, forApiAudiences } from './bearer-tokens';
import { bootstrapTokens } from './bootstrap-token';
import { clientCertificate } from './client-certificate';
import { frontProxy } from './front-proxy';
import { certificateMetrics, tokenMetrics } from './metrics';
import { ObjectLookup } from './object-lookup';
import { type AuthenticationConfig, parseAuthenticationConfig, readAuthenticationConfig } from './oidc/config-file';
import { hasOidcFlags, issuerFromFlags } from './oidc/from-flags';
import { OidcIssuers, type OidcIssuersOptions } from './oidc/issuers';
import { publishedData } from './published-data';
import { serviceAccountTokens } from './service-account/from-flags';
import type { TokenIssuer } from './service-account/issuer';
import { tokenFile } from './token-file';
import { webhookTokens } from './webhook/tokens';

export interface AuthenticationContext {
  /** The server, once it is made. */
  readonly core: () => Pick<ServerCore, 'endpoints' | 'store' | 'writes'>;
  /** PEM of the server's own key for service account tokens. */
  readonly ownSigningKey: () => Promise<string>;
  /** PEM of what signs clients where no flag names a file. */
  readonly ownCA: string;
  readonly serverUrl: () => string;
  readonly clock: Clock;
  readonly metrics: MetricsRegistry;
  readonly onReload?: OnReload | undefined;
  readonly log: { info(message: string): void; warn(message: string): void; error(message: string, error?: unknown): void };
}

/** How the server finds out who its clients are. */
export interface Authentication {
  /** Asked in order. */
  readonly authenticators: readonly Authenticator[];
  readonly tokenIssuer: TokenIssuer;
  /** Whether clients may say nothing of who they are, as the flags and the configuration file say. */
  readonly anonymous: { readonly enabled: boolean; readonly paths: ReadonlySet<string> | undefined };
  readonly stripHeaders?: (headers: ApiRequest['headers']) => void;
  /** PEM of all authorities that TLS verifies client certificates by. */
  readonly clientCA: string;
  /** What extension API servers must know to authenticate clients in the same way, as it is now. */
  publishedData(): Readonly<Record<string, string>>;
  addRoutes(router: Router): void;
  /** Follows files that may change, and finds the keys of issuers; resolves when the signal is aborted. */
  run(useClientCA: (pem: string) => void, signal: AbortSignal): Promise<void>;
}

interface Flags {
  readonly authentication: AuthenticationFlags;
  readonly serviceAccounts: ServiceAccountFlags;
  readonly oidc: OidcFlags;
}

/** All ways of authentication that the flags ask for, in upstream's order. Fails with a message for the command line. */
export async function authenticationFromFlags(all: Flags, context: AuthenticationContext): Promise<Authentication> {
  const { authentication: flags, serviceAccounts, oidc } = all;
  const { log, clock } = context;
  const apiAudiences = flags.apiAudiences.length ? flags.apiAudiences : serviceAccounts.serviceAccountIssuer;
  const lookup = new ObjectLookup(context.core);
  const authorities = await Authorities.open(flags, context.ownCA);
  const accounts = await serviceAccountTokens(serviceAccounts, { ...context, apiAudiences, lookup });
  const config = await readConfig(all);
  const issuers = new OidcIssuers(config.issuers, {
    clock,
    log,
    wrap: (find) => forApiAudiences(apiAudiences, find),
    reload: await reloadOf(all, config, log),
    onReload: context.onReload,
  });
  const proxy = proxyOf(flags, authorities);
  const before = [
    ...(flags.tokenAuthFile ? [forApiAudiences(apiAudiences, tokenFile(flags.tokenAuthFile))] : []),
    ...accounts.authenticators,
    ...(flags.enableBootstrapTokenAuth ? [forApiAudiences(apiAudiences, bootstrapTokens(lookup))] : []),
  ];
  const after = await webhookOf(oidc, apiAudiences, clock);
  if (flags.basicAuthFile) log.warn('--basic-auth-file is for tests: its passwords do not end, and whoever hears one can use it');
  return {
    authenticators: [
      ...(proxy ? [proxy] : []),
      clientCertificate(() => authorities.clientPool(), certificateMetrics(context.metrics)),
      ...(flags.basicAuthFile ? [basicAuth(flags.basicAuthFile)] : []),
      bearerTokens(around(before, issuers, after), apiAudiences, tokenMetrics(context.metrics)),
    ],
    tokenIssuer: accounts.issuer,
    anonymous: config.anonymous ?? { enabled: flags.anonymousAuth, paths: undefined },
    ...(proxy && { stripHeaders: (headers: ApiRequest['headers']) => proxy.strip(headers) }),
    clientCA: authorities.pem,
    publishedData: () => publishedData(flags, authorities),
    addRoutes: (router) => accounts.addRoutes(router),
    run: async (onChange, signal) => {
      const onBadFile = (error: unknown): void => log.error('a file of authorities cannot be used; the earlier ones stay', error);
      const following = authorities.follow({ onChange, onError: onBadFile, clock, signal });
      await Promise.all([following, issuers.run(signal)]);
    },
  };
}

async function readConfig({ authentication: { anonymousAuth }, oidc, serviceAccounts }: Flags): Promise<AuthenticationConfig> {
  const { authenticationConfig: path } = oidc;
  if (!path) {
    const issuer = issuerFromFlags(oidc);
    return { issuers: issuer ? [issuer] : [], anonymous: undefined };
  }
  if (hasOidcFlags(oidc)) throw new Error('authentication-config file and oidc-* flags are mutually exclusive');
  const config = await readAuthenticationConfig(path, serviceAccounts.serviceAccountIssuer);
  if (config.anonymous && !anonymousAuth) {
    throw new Error('--anonymous-auth flag cannot be set when anonymous field is configured in authentication configuration file');
  }
  return config;
}

/** All in their order, put together anew only when the issuers change. */
function around(before: readonly TokenAuthenticator[], issuers: OidcIssuers, after: readonly TokenAuthenticator[]): () => readonly TokenAuthenticator[] {
  let among = issuers.authenticators;
  let all = [...before, ...among, ...after];
  return () => {
    if (among !== issuers.authenticators) {
      among = issuers.authenticators;
      all = [...before, ...among, ...after];
    }
    return all;
  };
}

/** Looks whether `--authentication-config` says something else than before. Who may be anonymous is settled at start. */
async function reloadOf({ oidc, serviceAccounts }: Flags, { anonymous }: AuthenticationConfig, log: AuthenticationContext['log']): Promise<OidcIssuersOptions['reload']> {
  const { authenticationConfig: path } = oidc;
  if (!path) return () => Promise.resolve(undefined);
  let seen = await readFile(path, 'utf8');
  return async () => {
    const text = await readFile(path, 'utf8');
    if (text === seen) return undefined;
    seen = text;
    const config = await parseAuthenticationConfig(text, serviceAccounts.serviceAccountIssuer);
    if (!isDeepStrictEqual(config.anonymous, anonymous)) log.warn('who may be anonymous has changed in the authentication configuration: that needs a restart');
    return config.issuers;
  };
}

const WEBHOOK_TIMEOUT_MILLISECONDS = 10_000;

async function webhookOf(flags: OidcFlags, apiAudiences: readonly string[], clock: Clock): Promise<TokenAuthenticator[]> {
  const { authenticationTokenWebhookConfigFile: path, authenticationTokenWebhookVersion: version } = flags;
  if (version !== 'v1' && version !== 'v1beta1') throw new Error(`--authentication-token-webhook-version ${JSON.stringify(version)} must be v1 or v1beta1`);
  if (!path) return [];
  const connection = new WebhookConnection(await readWebhookTarget(path), WEBHOOK_TIMEOUT_MILLISECONDS);
  return [webhookTokens({ connection, version, apiAudiences, cacheMilliseconds: flags.authenticationTokenWebhookCacheTtl, clock })];
}

function proxyOf(flags: AuthenticationFlags, { proxyPool }: Authorities): ReturnType<typeof frontProxy> | undefined {
  if (!proxyPool) return undefined;
  const options = {
    usernameHeaders: flags.requestheaderUsernameHeaders,
    uidHeaders: flags.requestheaderUidHeaders,
    groupHeaders: flags.requestheaderGroupHeaders,
    extraHeadersPrefix: flags.requestheaderExtraHeadersPrefix,
  };
  for (const [name, values] of Object.entries(options)) {
    if (values.some((value) => value.trim() === '')) throw new Error(`--requestheader: empty value in ${name}`);
  }
  if (!options.usernameHeaders.length) throw new Error('--requestheader-client-ca-file needs --requestheader-username-headers');
  return frontProxy({ pool: proxyPool, allowedNames: flags.requestheaderAllowedNames, ...options });
}
