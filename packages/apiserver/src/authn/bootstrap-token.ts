import { timingSafeEqual } from 'node:crypto';
import type { corev1 } from '@typekube/api';
import type { UserInfo } from '../chain/request-context';
import { AuthenticationError, type Eventually } from './authenticator';
import type { ObjectLookup } from './object-lookup';

const NAMESPACE = 'kube-system';
const TYPE = 'bootstrap.kubernetes.io/token';
const GROUP = 'system:bootstrappers';
const EXTRA_GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;

/** Tokens `ID.SECRET` by which nodes join, kept in secrets `kube-system/bootstrap-token-ID` (upstream's bootstrap token authenticator). */
export function bootstrapTokens(lookup: ObjectLookup, now: () => number = Date.now): (token: string) => Eventually<UserInfo | undefined> {
  return (token) => {
    const [, id, secret] = /^([a-z0-9]{6})\.([a-z0-9]{16})$/.exec(token) ?? [];
    if (!id || !secret) return undefined;
    const found = lookup.object('secrets', NAMESPACE, `bootstrap-token-${id}`);
    const judge = (object: corev1.Secret | undefined): UserInfo => ownerOf(object, { id, secret, now: now() });
    return found instanceof Promise ? found.then((object) => judge(object as corev1.Secret | undefined)) : judge(found as corev1.Secret | undefined);
  };
}

interface Given {
  readonly id: string;
  readonly secret: string;
  readonly now: number;
}

function ownerOf(object: corev1.Secret | undefined, { id, secret, now }: Given): UserInfo {
  const refuse = (why: string): AuthenticationError => new AuthenticationError(`bootstrap token ${id}: ${why}`);
  if (!object || object.metadata.deletionTimestamp) throw refuse('there is no such token');
  const data = (key: string): string => Buffer.from(object.data?.[key] ?? '', 'base64').toString('utf8');
  if (object.type !== TYPE) throw refuse(`its secret has invalid type, expected ${TYPE}`);
  if (!isSame(data('token-secret'), secret)) throw refuse('its secret does not match');
  if (data('token-id') !== id) throw refuse('its secret has another id');
  const expiration = data('expiration');
  // What is no time has ended: as upstream, nobody shall get in by a slip.
  if (expiration && !(Date.parse(expiration) > now)) throw refuse('it has expired');
  if (data('usage-bootstrap-authentication') !== 'true') throw refuse('it is not marked usable for authentication');
  const groups = data('auth-extra-groups').split(',').map((group) => group.trim()).filter(Boolean);
  const wrong = groups.find((group) => !EXTRA_GROUP.test(group));
  if (wrong !== undefined) throw refuse(`bootstrap group ${JSON.stringify(wrong)} is invalid (must match ${EXTRA_GROUP.source})`);
  return { name: `system:bootstrap:${id}`, groups: [...new Set([GROUP, ...groups])] };
}

function isSame(kept: string, given: string): boolean {
  const [a, b] = [Buffer.from(kept), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
