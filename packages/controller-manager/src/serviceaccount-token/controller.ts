import { readFileSync } from 'node:fs';
import { hasReason } from '@typekube/apimachinery';
import type { corev1 } from '@typekube/api';
import { Controller, type DeepReadonly, keyOf, secrets, serviceAccounts, watching } from '@typekube/client';
import { readSigningKey } from '@typekube/component-base';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { retryConflicts } from '../shared/retry-conflicts';
import { legacyToken } from './legacy-token';
import { ACCOUNT_NAME, completed, isOf, type Wanted } from './plan-secret';

type Secret = DeepReadonly<corev1.Secret>;

const TYPE = 'kubernetes.io/service-account-token';

export interface TokenControllerOptions {
  readonly privateKeyFile: string | undefined;
  readonly rootCaFile: string | undefined;
}

/** Fills the secrets that are to hold a service account's token. Undefined where no key is given to sign them with. */
export function serviceAccountTokenController(deps: ControllerDeps, options: TokenControllerOptions): Runnable | undefined {
  const { privateKeyFile, rootCaFile } = options;
  if (!privateKeyFile) return undefined;
  const key = readSigningKey(readFileSync(privateKeyFile, 'utf8'), privateKeyFile);
  const wanted: Wanted = {
    authority: rootCaFile ? readFileSync(rootCaFile, 'utf8') : undefined,
    makeToken: (secret, account) => legacyToken(key, secret, account),
  };
  const secretInformer = deps.informers.for(secrets, { fieldSelector: `type=${TYPE}` });
  const accountInformer = deps.informers.for(serviceAccounts);
  const secretsOf = ({ metadata: { namespace = '', name = '' } }: DeepReadonly<corev1.ServiceAccount>): string[] => {
    const all = secretInformer.indexer.list({ namespace }).filter(({ metadata }) => metadata.annotations?.[ACCOUNT_NAME] === name);
    return all.map(({ metadata }) => keyOf(namespace, metadata.name ?? ''));
  };
  return new Controller({
    name: 'serviceaccount_tokens',
    watches: [watching(secretInformer), watching(accountInformer, { mapToKeys: secretsOf, when: ({ type }) => type !== 'updated' })],
    reconcile: retryConflicts(async (secretKey, { signal }) => {
      const secret = secretInformer.indexer.get(secretKey);
      if (!secret || secret.metadata.deletionTimestamp) return;
      const { namespace = '' } = secret.metadata;
      const account = await accountOf(secret);
      if (!account) return removeSecret(secret, signal);
      const update = await completed(secret, account, wanted);
      if (update) await deps.client.for(secrets, namespace).update(update, { signal });
    }),
    workers: 5,
    metrics: deps.metrics('serviceaccount_tokens'),
    logger: deps.logger,
    clock: deps.clock,
  });

  /** From the cache, or the server where the cache may be behind: a secret may come before its account does. */
  async function accountOf(secret: Secret): Promise<DeepReadonly<corev1.ServiceAccount> | undefined> {
    const { namespace = '', annotations } = secret.metadata;
    const name = annotations?.[ACCOUNT_NAME] ?? '';
    const cached = accountInformer.indexer.get(keyOf(namespace, name));
    if (cached && isOf(secret, cached)) return cached;
    try {
      const newest = await deps.client.for(serviceAccounts, namespace).get(name);
      return isOf(secret, newest) ? newest : undefined;
    } catch (error) {
      if (hasReason(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  async function removeSecret({ metadata }: Secret, signal: AbortSignal): Promise<void> {
    const { namespace = '', name = '', uid, resourceVersion } = metadata;
    const preconditions = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
    try {
      await deps.client.for(secrets, namespace).delete(name, { preconditions, signal });
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
  }
}
