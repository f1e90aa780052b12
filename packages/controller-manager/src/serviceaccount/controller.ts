import { Controller, keyOf, namespaces, serviceAccounts, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { ensureCreated, isNamespaceActive } from '../shared/namespaces';

const NAME = 'default';

/** Every namespace has a service account `default`, for pods that name none. It comes again when it is deleted. */
export function serviceAccountController(deps: ControllerDeps): Runnable {
  const [namespaceInformer, accountInformer] = [deps.informers.for(namespaces), deps.informers.for(serviceAccounts)];
  return new Controller({
    name: 'serviceaccount',
    watches: [
      watching(namespaceInformer),
      watching(accountInformer, {
        mapToKeys: ({ metadata }) => [metadata.namespace ?? ''],
        when: ({ type, object }) => type === 'deleted' && object.metadata.name === NAME,
      }),
    ],
    reconcile: async (name, { signal }) => {
      const namespace = namespaceInformer.indexer.get(name);
      if (!namespace || !isNamespaceActive(namespace) || accountInformer.indexer.get(keyOf(name, NAME))) return;
      const account = { apiVersion: 'v1' as const, kind: 'ServiceAccount' as const, metadata: { name: NAME, namespace: name } };
      await ensureCreated(deps.client.for(serviceAccounts, name).create(account, { signal }));
    },
    metrics: deps.metrics('serviceaccount'),
    logger: deps.logger,
    clock: deps.clock,
  });
}
