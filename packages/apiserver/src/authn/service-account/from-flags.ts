import { readFile } from 'node:fs/promises';
import { type Clock, type MetricsRegistry, readSigningKey, readVerificationKeys, verificationKeyOf } from '@typekube/component-base';
import type { Router } from 'express';
import { SystemClient } from '../../bootstrap/system-client';
import type { ServiceAccountFlags } from '../../config/authentication-flags';
import type { ServerCore } from '../../handlers/core';
import type { TokenAuthenticator } from '../authenticator';
import type { ObjectLookup } from '../object-lookup';
import { boundTokens } from './bound-tokens';
import { addIssuerRoutes } from './discovery';
import { type TokenIssuer, tokenIssuer } from './issuer';
import { LastUsed } from './last-used';
import { legacyTokens } from './legacy-tokens';
import { countTokenUses } from './token-uses';

export interface ServiceAccountTokens {
  readonly issuer: TokenIssuer;
  readonly authenticators: readonly TokenAuthenticator[];
  /** Adds what others verify the tokens by. */
  addRoutes(router: Router): void;
}

export interface ServiceAccountContext {
  readonly apiAudiences: readonly string[];
  readonly lookup: ObjectLookup;
  /** The server, once it is made. */
  readonly core: () => Pick<ServerCore, 'endpoints' | 'writes'>;
  readonly clock: Clock;
  readonly metrics: MetricsRegistry;
  readonly log: { error(message: string, error?: unknown): void };
  /** PEM of the server's own key, where the flags name none. */
  readonly ownSigningKey: () => Promise<string>;
  readonly serverUrl: () => string;
}

/** The service account tokens that the flags ask for. Fails with a message for the command line. */
export async function serviceAccountTokens(flags: ServiceAccountFlags, context: ServiceAccountContext): Promise<ServiceAccountTokens> {
  checkServiceAccountFlags(flags);
  const { serviceAccountSigningKeyFile: file, serviceAccountKeyFile: files, serviceAccountIssuer: issuers } = flags;
  const key = readSigningKey(file ? await readFile(file, 'utf8') : await context.ownSigningKey(), file ?? 'sa.key');
  const given = await Promise.all(files.map(async (each) => readVerificationKeys(await readFile(each, 'utf8'), each)));
  const keys = files.length ? given.flat() : [verificationKeyOf(key, 'sa.key')];
  const { apiAudiences, lookup, serverUrl } = context;
  const issuer = issuers[0]!;
  const uses = countTokenUses(context.metrics);
  const onError = (error: unknown): void => context.log.error('Failed to label legacy service account token secret with last-used', error);
  const lastUsed = new LastUsed({ client: new SystemClient(context.core), clock: context.clock, onError });
  return {
    issuer: tokenIssuer({
      issuer,
      key,
      apiAudiences,
      maxExpirationSeconds: flags.serviceAccountMaxTokenExpiration ? flags.serviceAccountMaxTokenExpiration / 1000 : undefined,
      extendsExpiration: flags.serviceAccountExtendTokenExpiration,
    }),
    authenticators: [
      // First, as it is what nearly all requests come with: a known token is known before any other kind looks at it.
      boundTokens({ issuers, keys, apiAudiences, lookup, uses }),
      legacyTokens({ keys, apiAudiences, lookup, mustExist: flags.serviceAccountLookup, lastUsed, uses }),
    ],
    addRoutes: (router) => addIssuerRoutes(router, { issuer, jwksUri: flags.serviceAccountJwksUri, keys, serverUrl }),
  };
}

const HOUR_MILLISECONDS = 3_600_000;
const MAX_EXPIRATION_MILLISECONDS = 2 ** 32 * 1000;

/** Upstream's rules and texts. */
function checkServiceAccountFlags(flags: ServiceAccountFlags): void {
  const { serviceAccountIssuer: issuers, serviceAccountMaxTokenExpiration: max, serviceAccountJwksUri: jwksUri } = flags;
  if (!issuers.length || issuers.includes('')) throw new Error('service-account-issuer should not be an empty string');
  for (const [i, issuer] of issuers.entries()) {
    if (issuer.includes(':') && !URL.canParse(issuer)) {
      throw new Error(`service-account-issuer ${JSON.stringify(issuer)} contained a ':' but was not a valid URL`);
    }
    if (issuers.indexOf(issuer) !== i) throw new Error(`service-account-issuer ${JSON.stringify(issuer)} is already specified`);
  }
  if (max !== 0 && (max < HOUR_MILLISECONDS || max > MAX_EXPIRATION_MILLISECONDS)) {
    throw new Error('the service-account-max-token-expiration must be between 1 hour and 2^32 seconds');
  }
  if (jwksUri !== undefined && (!URL.canParse(jwksUri) || new URL(jwksUri).protocol !== 'https:')) {
    throw new Error(`service-account-jwks-uri requires https scheme, parsed as: ${JSON.stringify(jwksUri)}`);
  }
  if (flags.serviceAccountKeyFile.length && !flags.serviceAccountSigningKeyFile) {
    throw new Error('--service-account-signing-key-file must be given together with --service-account-key-file');
  }
}
