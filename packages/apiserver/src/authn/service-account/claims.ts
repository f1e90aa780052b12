import { randomUUID } from 'node:crypto';
import type { corev1 } from '@typekube/api';
import type { KubeObject } from '@typekube/apimachinery';
import { isTexts, recordOf, textOf } from '../json-claims';

/** An object that a token hangs on: when it is gone, the token is worth nothing. */
export interface ObjectClaim {
  readonly name: string;
  /** Absent for the node of a pod, where the API has no such node. */
  readonly uid?: string;
}

/** The claims of a service account token, as upstream writes them. Times are in seconds since 1970. */
export interface TokenClaims {
  readonly iss?: string;
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly nbf: number;
  readonly jti: string;
  readonly sub: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly serviceaccount: ObjectClaim;
    readonly pod?: ObjectClaim;
    readonly secret?: ObjectClaim;
    readonly node?: ObjectClaim;
    /** From when on its user should have asked for another. */
    readonly warnafter?: number;
  };
}

/** What a token hangs on besides its account: a pod (with its node, where it has one), a secret, or a node. */
export interface BoundTo {
  readonly pod?: corev1.Pod;
  readonly secret?: corev1.Secret;
  readonly node?: ObjectClaim;
}

export interface ClaimsRequest {
  readonly account: corev1.ServiceAccount;
  readonly boundTo: BoundTo;
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  /** After how many seconds its user is warned; undefined for a token that simply ends. */
  readonly warnAfterSeconds: number | undefined;
  readonly now: Date;
}

export const usernameOf = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`;

/** The claims of a new token (upstream's token.Claims). */
export function newClaims({ account, boundTo, audiences, expirationSeconds, warnAfterSeconds, now }: ClaimsRequest): TokenClaims {
  const { namespace = '', name = '' } = account.metadata;
  const seconds = Math.floor(now.getTime() / 1000);
  const { pod, secret, node } = boundTo;
  return {
    aud: audiences,
    exp: seconds + expirationSeconds,
    iat: seconds,
    jti: randomUUID(),
    'kubernetes.io': {
      namespace,
      ...(node && { node }),
      ...(pod && { pod: claimOf(pod) }),
      ...(secret && { secret: claimOf(secret) }),
      serviceaccount: claimOf(account),
      ...(warnAfterSeconds !== undefined && { warnafter: seconds + warnAfterSeconds }),
    },
    nbf: seconds,
    sub: usernameOf(namespace, name),
  };
}

export function claimOf({ metadata: { name = '', uid = '' } }: KubeObject): ObjectClaim {
  return { name, uid };
}

/** The claims of a verified token that a server of this kind has made; undefined where something is missing or of another type. */
export function readClaims(payload: Readonly<Record<string, unknown>>): TokenClaims | undefined {
  const { exp, iat, nbf, jti, sub, aud } = payload;
  const bound = recordOf(payload['kubernetes.io']);
  const account = objectClaim(bound['serviceaccount']);
  const namespace = textOf(bound['namespace']);
  const audiences = typeof aud === 'string' ? [aud] : aud;
  if (typeof exp !== 'number' || !isTexts(audiences) || !account || !namespace) return undefined;
  const [pod, secret, node] = ['pod', 'secret', 'node'].map((key) => objectClaim(bound[key]));
  const { warnafter } = bound;
  return {
    aud: audiences,
    exp,
    iat: typeof iat === 'number' ? iat : 0,
    nbf: typeof nbf === 'number' ? nbf : 0,
    jti: textOf(jti),
    sub: textOf(sub),
    'kubernetes.io': {
      namespace,
      serviceaccount: account,
      ...(pod && { pod }),
      ...(secret && { secret }),
      ...(node && { node }),
      ...(typeof warnafter === 'number' && { warnafter }),
    },
  };
}

function objectClaim(value: unknown): ObjectClaim | undefined {
  const { name, uid } = recordOf(value);
  if (typeof name !== 'string' || !name) return undefined;
  return typeof uid === 'string' && uid ? { name, uid } : { name };
}
