import { timingSafeEqual } from 'node:crypto';
import type { corev1 } from '@typekube/api';
import type { VerificationKey } from '@typekube/component-base';
import type { UserInfo } from '../../chain/request-context';
import { AuthenticationError, type TokenAuthenticator, type TokenOwner } from '../authenticator';
import { intersect } from '../bearer-tokens';
import { textOf, unverifiedClaims } from '../json-claims';
import type { ObjectLookup } from '../object-lookup';
import { usernameOf } from './claims';
import { SignedTokens } from './signed-tokens';
import { accountUser } from './user';

const ISSUER = 'kubernetes/serviceaccount';
const INVALID_SINCE = 'kubernetes.io/legacy-token-invalid-since';

export interface LegacyTokensOptions {
  readonly keys: readonly VerificationKey[];
  readonly apiAudiences: readonly string[];
  readonly lookup: ObjectLookup;
  /** `--service-account-lookup`: whether the secret must still be there. */
  readonly mustExist: boolean;
}

interface LegacyClaims {
  readonly namespace: string;
  readonly secret: string;
  readonly account: { readonly name: string; readonly uid: string };
  readonly user: UserInfo;
}

/** Tokens that lie in secrets of type `kubernetes.io/service-account-token`: they do not end, and are good as long as their secret has them. */
export function legacyTokens({ keys, apiAudiences, lookup, mustExist }: LegacyTokensOptions): TokenAuthenticator {
  const tokens = new SignedTokens(keys, readLegacyClaims);
  const judge = async (token: string, wanted: readonly string[]): Promise<TokenOwner> => {
    const claims = tokens.known(token) ?? (await tokens.verify(token));
    const audiences = intersect(apiAudiences, wanted);
    if (!audiences.length && apiAudiences.length) {
      throw new AuthenticationError(`token audiences ${JSON.stringify(apiAudiences)} is invalid for the target audiences ${JSON.stringify(wanted)}`);
    }
    if (mustExist) await checkObjects(lookup, token, claims);
    return { user: claims.user, audiences };
  };
  return {
    authenticateToken: (token, wanted) => (textOf(unverifiedClaims(token)?.['iss']) === ISSUER ? judge(token, wanted) : undefined),
  };
}

function readLegacyClaims(payload: Readonly<Record<string, unknown>>): LegacyClaims {
  const claim = (name: string): string => {
    const value = textOf(payload[`kubernetes.io/serviceaccount/${name}`]);
    if (!value) throw new AuthenticationError(`${name} claim is missing`);
    return value;
  };
  const namespace = claim('namespace');
  const secret = claim('secret.name');
  const account = { name: claim('service-account.name'), uid: claim('service-account.uid') };
  if (payload['sub'] !== usernameOf(namespace, account.name)) throw new AuthenticationError('sub claim is invalid');
  return { namespace, secret, account, user: accountUser({ namespace, account }) };
}

async function checkObjects(lookup: ObjectLookup, token: string, { namespace, secret: name, account }: LegacyClaims): Promise<void> {
  const secret = (await lookup.object('secrets', namespace, name)) as corev1.Secret | undefined;
  if (!secret || secret.metadata.deletionTimestamp) throw new AuthenticationError('Token has been invalidated');
  if (!isSame(secret.data?.['token'], token)) throw new AuthenticationError("Token does not match server's copy");
  if (secret.metadata.labels?.[INVALID_SINCE]) {
    throw new AuthenticationError(
      `the token in secret ${namespace}/${name} for service account ${namespace}/${account.name} has been marked invalid. ` +
        `Use tokens from the TokenRequest API or manually created secret-based tokens, or remove the '${INVALID_SINCE}' label ` +
        'from the secret to temporarily allow use of this token',
    );
  }
  const state = await lookup.state('serviceaccounts', namespace, account.name, account.uid);
  if (!state || state.deletion !== undefined) throw new AuthenticationError(`ServiceAccount ${namespace}/${account.name} has been deleted`);
  if (state.uid !== account.uid) throw new AuthenticationError(`ServiceAccount UID (${state.uid}) does not match claim (${account.uid})`);
}

function isSame(base64: string | undefined, token: string): boolean {
  const kept = Buffer.from(base64 ?? '', 'base64');
  const given = Buffer.from(token);
  return kept.length === given.length && timingSafeEqual(kept, given);
}
