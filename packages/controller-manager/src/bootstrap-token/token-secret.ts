import type { corev1 } from '@typekube/api';
import { parseTime, TimeParseError } from '@typekube/apimachinery';
import { type DeepReadonly, type Informer, secrets } from '@typekube/client';
import type { ControllerDeps } from '../shared/controller-deps';

export type Secret = DeepReadonly<corev1.Secret>;

export interface Token {
  readonly id: string;
  readonly secret: string;
}

const NAMESPACE = 'kube-system';
const TYPE = 'bootstrap.kubernetes.io/token';

/** The secrets of that type, in all namespaces: which of them are tokens, `isTokenSecret` says. */
export function tokenSecrets({ informers }: ControllerDeps): Informer<corev1.Secret> {
  return informers.for(secrets, { fieldSelector: `type=${TYPE}` });
}

export function isTokenSecret({ metadata, type }: Secret): boolean {
  return metadata.namespace === NAMESPACE && type === TYPE;
}

/**
 * How many milliseconds the token has left, 0 or less for none; undefined where it has no end. What is no time has passed: nobody shall get
 * in by a slip.
 */
export function untilExpiration(secret: Secret, now: number): number | undefined {
  const expiration = textOf(secret, 'expiration');
  if (expiration === '') return undefined;
  try {
    return parseTime(expiration).getTime() - now;
  } catch (error) {
    if (error instanceof TimeParseError) return 0;
    throw error;
  }
}

/** The token, if it may be signed with. (validateSecretForSigning) */
export function signingToken(secret: Secret, now: number): Token | undefined {
  const token = { id: textOf(secret, 'token-id'), secret: textOf(secret, 'token-secret') };
  const isWhole = token.id !== '' && token.secret !== '' && secret.metadata.name === `bootstrap-token-${token.id}`;
  if (!isTokenSecret(secret) || !isWhole) return undefined;
  const left = untilExpiration(secret, now);
  const isUsable = textOf(secret, 'usage-bootstrap-signing') === 'true';
  return isUsable && (left === undefined || left > 0) ? token : undefined;
}

function textOf({ data }: Secret, key: string): string {
  return Buffer.from(data?.[key] ?? '', 'base64').toString('utf8');
}
