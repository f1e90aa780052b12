import type { Router } from 'express';
import type { AuthenticationFlags, ServiceAccountFlags } from '../config/authentication-flags';
import type { ServerCore } from '../handlers/core';
import type { Authenticator, TokenAuthenticator } from './authenticator';
import { bearerTokens, forApiAudiences } from './bearer-tokens';
import { clientCertificate } from './client-certificate';
import { ObjectLookup } from './object-lookup';
import { serviceAccountTokens } from './service-account/from-flags';
import type { TokenIssuer } from './service-account/issuer';
import { tokenFile } from './token-file';

export interface AuthenticationContext {
  /** The server, once it is made. */
  readonly core: () => Pick<ServerCore, 'endpoints' | 'store'>;
  /** PEM of the server's own key for service account tokens. */
  readonly ownSigningKey: () => Promise<string>;
  readonly serverUrl: () => string;
}

/** How the server finds out who its clients are. */
export interface Authentication {
  /** Asked in order. */
  readonly authenticators: readonly Authenticator[];
  readonly tokenIssuer: TokenIssuer;
  addRoutes(router: Router): void;
}

interface Flags {
  readonly authentication: AuthenticationFlags;
  readonly serviceAccounts: ServiceAccountFlags;
}

/** All ways of authentication that the flags ask for, in upstream's order. Fails with a message for the command line. */
export async function authenticationFromFlags({ authentication: flags, serviceAccounts }: Flags, context: AuthenticationContext): Promise<Authentication> {
  const apiAudiences = flags.apiAudiences.length ? flags.apiAudiences : serviceAccounts.serviceAccountIssuer;
  const lookup = new ObjectLookup(context.core);
  const accounts = await serviceAccountTokens(serviceAccounts, { ...context, apiAudiences, lookup });
  const tokens: TokenAuthenticator[] = [
    ...(flags.tokenAuthFile ? [forApiAudiences(apiAudiences, tokenFile(flags.tokenAuthFile))] : []),
    ...accounts.authenticators,
  ];
  return {
    authenticators: [clientCertificate(), bearerTokens(tokens, apiAudiences)],
    tokenIssuer: accounts.issuer,
    addRoutes: (router) => accounts.addRoutes(router),
  };
}
