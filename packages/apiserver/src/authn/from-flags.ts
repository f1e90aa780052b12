import type { Clock } from '@typekube/component-base';
import type { Router } from 'express';
import type { AuthenticationFlags, ServiceAccountFlags } from '../config/authentication-flags';
import type { ServerCore } from '../handlers/core';
import type { ApiRequest } from '../http/messages';
import type { Authenticator, TokenAuthenticator } from './authenticator';
import { Authorities } from './authorities';
import { basicAuth } from './basic-auth';
import { bearerTokens, forApiAudiences } from './bearer-tokens';
import { bootstrapTokens } from './bootstrap-token';
import { clientCertificate } from './client-certificate';
import { frontProxy } from './front-proxy';
import { ObjectLookup } from './object-lookup';
import { publishedData } from './published-data';
import { serviceAccountTokens } from './service-account/from-flags';
import type { TokenIssuer } from './service-account/issuer';
import { tokenFile } from './token-file';

export interface AuthenticationContext {
  /** The server, once it is made. */
  readonly core: () => Pick<ServerCore, 'endpoints' | 'store'>;
  /** PEM of the server's own key for service account tokens. */
  readonly ownSigningKey: () => Promise<string>;
  /** PEM of what signs clients where no flag names a file. */
  readonly ownCA: string;
  readonly serverUrl: () => string;
  readonly clock: Clock;
  readonly log: { warn(message: string): void; error(message: string, error?: unknown): void };
}

/** How the server finds out who its clients are. */
export interface Authentication {
  /** Asked in order. */
  readonly authenticators: readonly Authenticator[];
  readonly tokenIssuer: TokenIssuer;
  readonly stripHeaders?: (headers: ApiRequest['headers']) => void;
  /** PEM of all authorities that TLS verifies client certificates by. */
  readonly clientCA: string;
  /** What extension API servers must know to authenticate clients in the same way, as it is now. */
  publishedData(): Readonly<Record<string, string>>;
  addRoutes(router: Router): void;
  /** Follows files that may change; resolves when the signal is aborted. */
  run(useClientCA: (pem: string) => void, signal: AbortSignal): Promise<void>;
}

interface Flags {
  readonly authentication: AuthenticationFlags;
  readonly serviceAccounts: ServiceAccountFlags;
}

/** All ways of authentication that the flags ask for, in upstream's order. Fails with a message for the command line. */
export async function authenticationFromFlags({ authentication: flags, serviceAccounts }: Flags, context: AuthenticationContext): Promise<Authentication> {
  const { log, clock } = context;
  const apiAudiences = flags.apiAudiences.length ? flags.apiAudiences : serviceAccounts.serviceAccountIssuer;
  const lookup = new ObjectLookup(context.core);
  const authorities = await Authorities.open(flags, context.ownCA);
  const accounts = await serviceAccountTokens(serviceAccounts, { ...context, apiAudiences, lookup });
  const proxy = proxyOf(flags, authorities);
  const tokens: TokenAuthenticator[] = [
    ...(flags.tokenAuthFile ? [forApiAudiences(apiAudiences, tokenFile(flags.tokenAuthFile))] : []),
    ...accounts.authenticators,
    ...(flags.enableBootstrapTokenAuth ? [forApiAudiences(apiAudiences, bootstrapTokens(lookup))] : []),
  ];
  if (flags.basicAuthFile) log.warn('--basic-auth-file is for tests: its passwords do not end, and whoever hears one can use it');
  return {
    authenticators: [
      ...(proxy ? [proxy] : []),
      clientCertificate(() => authorities.clientPool()),
      ...(flags.basicAuthFile ? [basicAuth(flags.basicAuthFile)] : []),
      bearerTokens(tokens, apiAudiences),
    ],
    tokenIssuer: accounts.issuer,
    ...(proxy && { stripHeaders: (headers: ApiRequest['headers']) => proxy.strip(headers) }),
    clientCA: authorities.pem,
    publishedData: () => publishedData(flags, authorities),
    addRoutes: (router) => accounts.addRoutes(router),
    run: (onChange, signal) => {
      const onError = (error: unknown): void => log.error('a file of authorities cannot be used; the earlier ones stay', error);
      return authorities.follow({ onChange, onError, clock, signal });
    },
  };
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
