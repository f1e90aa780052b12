import type { VerificationKey } from '@typekube/component-base';
import type { Router } from 'express';
import { route } from '../../handlers/non-resource-handler';
import { sendBytes } from '../../http/respond';

export interface IssuerDiscovery {
  readonly issuer: string;
  /** Where others find the keys; undefined for this server itself. */
  readonly jwksUri: string | undefined;
  readonly keys: readonly VerificationKey[];
  /** Where this server is reached: `https://HOST:PORT`. */
  readonly serverUrl: () => string;
}

const JWKS_PATH = '/openid/v1/jwks';
const CACHE = { 'Cache-Control': 'public, max-age=3600' };

/**
 * What others verify service account tokens by: `/.well-known/openid-configuration` and the keys. OpenID allows no issuer but one that is an
 * https URL; for another there is nothing to serve, as upstream. Clients made from the OpenAPI document ask with a slash at the end.
 */
export function addIssuerRoutes(router: Router, { issuer, jwksUri, keys, serverUrl }: IssuerDiscovery): void {
  if (!issuer.startsWith('https://')) return;
  const keySet = Buffer.from(JSON.stringify(jsonWebKeySet(keys)));
  const algorithms = [...new Set(keys.map(({ algorithm }) => algorithm))];
  router.get(
    '/.well-known/openid-configuration{/}',
    route((request, response) => {
      const document = {
        issuer,
        jwks_uri: jwksUri ?? `${serverUrl()}${JWKS_PATH}`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: algorithms,
      };
      sendBytes(request, response, 200, Buffer.from(JSON.stringify(document)), { ...CACHE, 'Content-Type': 'application/json' });
    }),
  );
  router.get(
    `${JWKS_PATH}{/}`,
    route((request, response) => sendBytes(request, response, 200, keySet, { ...CACHE, 'Content-Type': 'application/jwk-set+json' })),
  );
}

/** The public keys of the server, as `/openid/v1/jwks` publishes them. */
function jsonWebKeySet(keys: readonly VerificationKey[]): { keys: object[] } {
  return { keys: keys.map(({ id, algorithm, key }) => ({ use: 'sig', kid: id, alg: algorithm, ...key.export({ format: 'jwk' }) })) };
}
