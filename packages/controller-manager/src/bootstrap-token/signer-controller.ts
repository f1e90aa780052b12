import { semanticEqual } from '@typekube/apimachinery';
import { configMaps, Controller, keyOf, splitKey, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { retryConflicts } from '../shared/retry-conflicts';
import { signed } from './sign';
import { isTokenSecret, signingToken, tokenSecrets } from './token-secret';

const NAME = 'cluster-info';
const KEY = keyOf('kube-public', NAME);

/** Signs the kubeconfig in `kube-public/cluster-info` with every bootstrap token: who has one can trust it, and joins by it. */
export function bootstrapSignerController(deps: ControllerDeps): Runnable {
  const mapInformer = deps.informers.for(configMaps, { fieldSelector: `metadata.name=${NAME}` });
  const secretInformer = tokenSecrets(deps);
  return new Controller({
    name: 'bootstrap_signer_queue',
    watches: [
      watching(mapInformer, { mapToKeys: ({ metadata }) => (metadata.namespace === splitKey(KEY).namespace ? [KEY] : []) }),
      watching(secretInformer, { mapToKeys: (secret) => (isTokenSecret(secret) ? [KEY] : []) }),
    ],
    reconcile: retryConflicts(async (key, { signal }) => {
      const map = mapInformer.indexer.get(key);
      if (!map) return;
      const now = deps.clock.now();
      const tokens = secretInformer.indexer.list().flatMap((secret) => signingToken(secret, now) ?? []);
      const data = signed(map.data ?? {}, tokens);
      if (!data || semanticEqual(data, map.data)) return;
      await deps.client.for(configMaps, splitKey(key).namespace).update({ ...map, data }, { signal });
    }),
    metrics: deps.metrics('bootstrap_signer_queue'),
    logger: deps.logger,
    clock: deps.clock,
  });
}
