import type { UserInfo } from '../../chain/request-context';
import { AuthenticationError, type Eventually } from '../authenticator';
import { BoundedMap } from '../../cache/bounded-map';
import { isTexts, recordOf, textOf, unverifiedClaims } from '../json-claims';
import { CREDENTIAL_ID } from '../service-account/user';
import { checkClaims, checkUser, mapClaims } from './expressions';
import type { OidcIssuer, OidcProvider } from './provider';

type Claims = Readonly<Record<string, unknown>>;

/** As upstream's cache of tokens: long enough for a burst of requests, short enough for what the issuer takes back. */
const CACHE_MILLISECONDS = 10_000;
const MAX_TOKENS = 4096;
/** By how much the clock of an issuer may be ahead: a token may begin so much later, but ends when it says (upstream's). */
const MAX_AHEAD = '5 minutes';

/** ID tokens of an OpenID Connect issuer. */
export function oidcTokens(issuer: OidcIssuer, provider: Pick<OidcProvider, 'keys'>): (token: string) => Eventually<UserInfo | undefined> {
  const known = new BoundedMap<string, UserInfo>(MAX_TOKENS);
  const verify = async (token: string): Promise<UserInfo> => {
    const claims = await verifiedClaims(token, issuer, provider);
    const user = userOf(issuer, claims);
    const left = Number(claims['exp']) * 1000 - Date.now();
    known.set(token, user, Math.min(CACHE_MILLISECONDS, left));
    return user;
  };
  return (token) => {
    const user = known.get(token);
    if (user) return user;
    const claims = unverifiedClaims(token);
    return claims?.['iss'] === issuer.url ? verify(token) : undefined;
  };
}

async function verifiedClaims(token: string, issuer: OidcIssuer, { keys }: Pick<OidcProvider, 'keys'>): Promise<Claims> {
  if (!keys) throw new AuthenticationError(`oidc: authenticator for issuer ${JSON.stringify(issuer.url)} is not initialized`);
  const { jwtVerify, errors } = await import('jose');
  const options = {
    issuer: issuer.url,
    audience: [...issuer.audiences],
    algorithms: [...issuer.signingAlgorithms],
    requiredClaims: ['exp'],
    clockTolerance: MAX_AHEAD,
  };
  try {
    const { payload } = await jwtVerify(token, keys, options).catch(async (error: unknown) => {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      // A token that names none of several keys: each is tried.
      for await (const key of error) {
        try {
          return await jwtVerify(token, key, options);
        } catch (inner) {
          if (!(inner instanceof errors.JWSSignatureVerificationFailed)) throw inner;
        }
      }
      throw new errors.JWSSignatureVerificationFailed();
    });
    if (Number(payload.exp) * 1000 <= Date.now()) throw new errors.JWTExpired('token is expired', payload, 'exp', 'check_failed');
    return recordOf(payload);
  } catch (error) {
    throw new AuthenticationError(`oidc: verify token: ${(error as Error).message}`, { cause: error });
  }
}

/** Whom the claims name, by the issuer's mapping. Throws where something is missing or not as it must be. */
export function userOf(issuer: OidcIssuer, claims: Claims): UserInfo {
  const { expressions } = issuer;
  if (!expressions) return userOfClaims(issuer, claims, {});
  checkClaims(expressions, claims);
  const user = userOfClaims(issuer, claims, mapClaims(expressions, claims));
  checkUser(expressions, user);
  return user;
}

/** By the claims that are mapped, and what expressions have `made` of them. */
function userOfClaims({ username, groups, uidClaim, requiredClaims }: OidcIssuer, claims: Claims, made: Partial<UserInfo>): UserInfo {
  if (groups) mustNotBeElsewhere(claims, groups.claim);
  for (const { claim, value } of requiredClaims) {
    if (claims[claim] !== value) throw new AuthenticationError(`oidc: required claim ${claim} value does not match. Got: ${describe(claims[claim])}, want: ${value}`);
  }
  const name = made.name ?? textOf(claims[username.claim]);
  if (!name) throw new AuthenticationError(`oidc: parse username claims ${JSON.stringify(username.claim)}: claim not present or no text`);
  // As upstream: an address that is not said to be unverified is taken.
  if (made.name === undefined && username.claim === 'email' && claims['email_verified'] !== undefined && claims['email_verified'] !== true) {
    throw new AuthenticationError('oidc: email not verified');
  }
  const uid = made.uid ?? (uidClaim === undefined ? '' : textOf(claims[uidClaim]));
  if (uidClaim !== undefined && !uid) throw new AuthenticationError(`oidc: parse uid claim ${JSON.stringify(uidClaim)}: claim not present or no text`);
  const jti = textOf(claims['jti']);
  return {
    name: made.name ?? username.prefix + name,
    ...(uid && { uid }),
    groups: made.groups ?? (groups ? groupsOf(claims[groups.claim], groups.claim).map((group) => groups.prefix + group) : []),
    ...((jti || made.extra) && { extra: { ...made.extra, ...(jti && { [CREDENTIAL_ID]: [`JTI=${jti}`] }) } }),
  };
}

/** A distributed claim would have to be fetched: without it the user would be somebody else than the issuer says. */
function mustNotBeElsewhere(claims: Claims, claim: string): void {
  if (claims[claim] !== undefined) return;
  const source = textOf(recordOf(claims['_claim_names'])[claim]);
  if (!source) return;
  if (recordOf(recordOf(claims['_claim_sources'])[source])['endpoint'] === undefined) return;
  throw new AuthenticationError(`oidc: could not expand distributed claims: ${JSON.stringify(claim)} is to be fetched, which is not supported`);
}

/** A list, or one group as a text. */
function groupsOf(value: unknown, claim: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return [value];
  if (isTexts(value)) return value;
  throw new AuthenticationError(`oidc: parse groups claim ${JSON.stringify(claim)}: neither a text nor a list of texts`);
}

function describe(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? 'nothing' : `a value of type ${typeof value}`;
}
