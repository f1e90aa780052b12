import type { UserInfo } from '../../chain/request-context';
import { type ObjectClaim, usernameOf } from './claims';

const EXTRA = 'authentication.kubernetes.io/';
export const CREDENTIAL_ID = `${EXTRA}credential-id`;

export interface AccountToken {
  readonly namespace: string;
  readonly account: ObjectClaim;
  readonly pod?: ObjectClaim | undefined;
  readonly node?: ObjectClaim | undefined;
  readonly jti?: string;
}

/** A service account as a user: name, groups and what its token says of where it is used. */
export function accountUser({ namespace, account, pod, node, jti }: AccountToken): UserInfo {
  const extra: Record<string, readonly string[]> = {
    ...(jti && { [CREDENTIAL_ID]: [`JTI=${jti}`] }),
    ...(node && { [`${EXTRA}node-name`]: [node.name], ...(node.uid && { [`${EXTRA}node-uid`]: [node.uid] }) }),
    ...(pod?.uid && { [`${EXTRA}pod-name`]: [pod.name], [`${EXTRA}pod-uid`]: [pod.uid] }),
  };
  return {
    name: usernameOf(namespace, account.name),
    ...(account.uid && { uid: account.uid }),
    groups: groupsOf(namespace),
    ...(Object.keys(extra).length && { extra }),
  };
}

/** The groups of every service account in a namespace. */
export function groupsOf(namespace: string): string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}
