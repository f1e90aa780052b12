import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';

type Secret = DeepReadonly<corev1.Secret>;
type ServiceAccount = DeepReadonly<corev1.ServiceAccount>;

export const ACCOUNT_NAME = 'kubernetes.io/service-account.name';
export const ACCOUNT_UID = 'kubernetes.io/service-account.uid';

/** What the secret of an account must have, besides a token of its own. */
export interface Wanted {
  /** PEM of the authority of the API server, where it is known. */
  readonly authority: string | undefined;
  makeToken(secret: Secret, account: ServiceAccount): Promise<string>;
}

/** Whether the account that the secret names is this one, and not one that has been made anew since. */
export function isOf({ metadata: { annotations = {} } }: Secret, { metadata }: ServiceAccount): boolean {
  const uid = annotations[ACCOUNT_UID];
  return annotations[ACCOUNT_NAME] === metadata.name && (!uid || uid === metadata.uid);
}

/** The secret as it must be; undefined where it is so already. A token that is there stays. */
export async function completed(secret: Secret, account: ServiceAccount, { authority, makeToken }: Wanted): Promise<Secret | undefined> {
  const { data = {}, metadata } = secret;
  const missing: Record<string, string> = {};
  if (authority && data['ca.crt'] !== base64(authority)) missing['ca.crt'] = base64(authority);
  if (!data['namespace']) missing['namespace'] = base64(metadata.namespace ?? '');
  if (!data['token']) missing['token'] = base64(await makeToken(secret, account));
  const isMarked = metadata.annotations?.[ACCOUNT_UID] === account.metadata.uid;
  if (isMarked && !Object.keys(missing).length) return undefined;
  const annotations = { ...metadata.annotations, [ACCOUNT_UID]: account.metadata.uid ?? '' };
  return { ...secret, metadata: { ...metadata, annotations }, data: { ...data, ...missing } };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
