import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import type { SigningKey } from '@typekube/component-base';

const CLAIM = 'kubernetes.io/serviceaccount';

/** A token without an end, which is good as long as its secret has it (upstream's LegacyClaims). */
export async function legacyToken(key: SigningKey, secret: DeepReadonly<corev1.Secret>, account: DeepReadonly<corev1.ServiceAccount>): Promise<string> {
  const { SignJWT } = await import('jose');
  const { namespace = '', name = '', uid = '' } = account.metadata;
  const claims = {
    iss: 'kubernetes/serviceaccount',
    [`${CLAIM}/namespace`]: namespace,
    [`${CLAIM}/secret.name`]: secret.metadata.name ?? '',
    [`${CLAIM}/service-account.name`]: name,
    [`${CLAIM}/service-account.uid`]: uid,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  return new SignJWT(claims).setProtectedHeader({ alg: key.algorithm, kid: key.id }).sign(key.key);
}
