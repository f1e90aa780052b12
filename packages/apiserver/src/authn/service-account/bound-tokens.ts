import type { VerificationKey } from '@typekube/component-base';
import type { UserInfo } from '../../chain/request-context';
import { AuthenticationError, type Eventually, type TokenAuthenticator, type TokenOwner } from '../authenticator';
import { intersect } from '../bearer-tokens';
import { textOf, unverifiedClaims } from '../json-claims';
import type { LookedUp, ObjectLookup, ObjectState } from '../object-lookup';
import { type ObjectClaim, readClaims, type TokenClaims } from './claims';
import { SignedTokens } from './signed-tokens';
import type { TokenUses } from './token-uses';
import { accountUser } from './user';

/** How far clocks may be apart, and how long what is deleted still counts. */
const LEEWAY_MILLISECONDS = 60_000;

export interface BoundTokensOptions {
  readonly issuers: readonly string[];
  readonly keys: readonly VerificationKey[];
  readonly apiAudiences: readonly string[];
  readonly lookup: ObjectLookup;
  readonly uses: TokenUses;
  readonly now?: () => number;
}

interface Verified {
  readonly claims: TokenClaims;
  readonly user: UserInfo;
  /** What must still be there, in the order in which it is looked up. */
  readonly anchors: readonly Anchor[];
}

interface Anchor {
  readonly plural: LookedUp;
  readonly namespace: string;
  readonly claim: ObjectClaim;
}

/**
 * Tokens of the TokenRequest API: signature, issuer, time and audience, and then the account and whatever else the token is bound to must be
 * there with the uids that it names. Those are looked up with every request, so that a deleted pod's token ends with the pod.
 */
export function boundTokens({ issuers, keys, apiAudiences, lookup, uses, now = Date.now }: BoundTokensOptions): TokenAuthenticator {
  const tokens = new SignedTokens(keys, readVerified);
  const ownIssuers: ReadonlySet<string> = new Set(issuers);
  const accept = ({ claims, user, anchors }: Verified, wanted: readonly string[]): Eventually<TokenOwner> => {
    checkTimes(claims, now());
    const audiences = intersect(claims.aud, wanted);
    if (!audiences.length) {
      const quoted = (texts: readonly string[]): string => JSON.stringify(texts);
      throw new AuthenticationError(`token audiences ${quoted(claims.aud)} is invalid for the target audiences ${quoted(wanted)}`);
    }
    const owner = checkFrom({ anchors, lookup, now: now() }, 0, { user, audiences });
    return claims['kubernetes.io'].warnafter === undefined ? owner : counted(owner, claims);
  };
  /** Tokens that are good for longer than was asked: those that their users should have renewed are told of. */
  const counted = (owner: Eventually<TokenOwner>, claims: TokenClaims): Eventually<TokenOwner> => {
    if (owner instanceof Promise) return owner.then((known) => counted(known, claims));
    const { warnafter = 0 } = claims['kubernetes.io'];
    const seconds = Math.floor(now() / 1000) - warnafter;
    const isStale = warnafter > 0 && seconds > 0;
    if (warnafter > 0) uses[isStale ? 'stale' : 'valid'] += 1;
    if (!isStale) return owner;
    const value = `subject: ${claims.sub}, seconds after warning threshold: ${seconds}`;
    return { ...owner, notes: { annotations: [{ key: 'authentication.k8s.io/stale-token', value }] } };
  };
  return {
    authenticateToken(token, wanted = apiAudiences) {
      const known = tokens.known(token);
      if (known) return accept(known, wanted);
      const claims = unverifiedClaims(token);
      if (!claims || !ownIssuers.has(textOf(claims['iss']))) return undefined;
      return tokens.verify(token).then((verified) => accept(verified, wanted));
    },
  };
}

function readVerified(payload: Readonly<Record<string, unknown>>): Verified {
  const claims = readClaims(payload);
  if (!claims) throw new AuthenticationError('service account token claims could not be validated: they are not those of a service account token');
  const { namespace, serviceaccount: account, pod, secret, node } = claims['kubernetes.io'];
  return {
    claims,
    user: accountUser({ namespace, account, pod, node, jti: claims.jti }),
    anchors: [
      { plural: 'serviceaccounts', namespace, claim: account },
      ...(secret ? [{ plural: 'secrets', namespace, claim: secret } as const] : []),
      ...(pod ? [{ plural: 'pods', namespace, claim: pod } as const] : []),
      // The node of a pod is told for information; the pod is what the token hangs on.
      ...(node && !pod ? [{ plural: 'nodes', namespace: '', claim: node } as const] : []),
    ],
  };
}

function checkTimes({ exp, nbf, iat }: TokenClaims, now: number): void {
  if (now > exp * 1000 + LEEWAY_MILLISECONDS) throw new AuthenticationError('service account token has expired');
  if (now < nbf * 1000 - LEEWAY_MILLISECONDS) throw new AuthenticationError('service account token is not valid yet');
  if (now < iat * 1000 - LEEWAY_MILLISECONDS) throw new AuthenticationError('service account token is issued in the future');
}

interface Check {
  readonly anchors: readonly Anchor[];
  readonly lookup: ObjectLookup;
  readonly now: number;
}

/** The owner, if all anchors from `first` on hold. A promise only where one is not in the caches. */
function checkFrom(check: Check, first: number, owner: TokenOwner): Eventually<TokenOwner> {
  for (let i = first; i < check.anchors.length; i += 1) {
    const anchor = check.anchors[i]!;
    const { plural, namespace, claim } = anchor;
    const state = check.lookup.state(plural, namespace, claim.name, claim.uid);
    if (state instanceof Promise) {
      return state.then((found) => {
        checkAnchor(anchor, found, check.now);
        return checkFrom(check, i + 1, owner);
      });
    }
    checkAnchor(anchor, state, check.now);
  }
  return owner;
}

function checkAnchor({ plural, namespace, claim }: Anchor, state: ObjectState | undefined, now: number): void {
  const what = `${plural.slice(0, -1)} ${namespace ? `${namespace}/` : ''}${claim.name}`;
  if (!state) throw new AuthenticationError(`service account token has been invalidated: there is no ${what}`);
  if (state.uid !== claim.uid) {
    throw new AuthenticationError(`service account token has been invalidated: the UID (${state.uid}) of the ${what} does not match the claim (${claim.uid ?? ''})`);
  }
  if (state.deletion !== undefined && state.deletion < now - LEEWAY_MILLISECONDS) {
    throw new AuthenticationError(`service account token has been invalidated: the ${what} has been deleted`);
  }
}
