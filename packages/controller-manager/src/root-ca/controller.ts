import { readFileSync } from 'node:fs';
import type { corev1 } from '@typekube/api';
import { Controller, configMaps, keyOf, namespaces, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { ensureCreated, isNamespaceActive } from '../shared/namespaces';

const NAME = 'kube-root-ca.crt';
const DESCRIPTION = 'kubernetes.io/description';
const DESCRIPTION_TEXT =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or ' +
  'kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/**
 * Every namespace has a config map with the authority of the API server, for pods to trust. Undefined where neither the flag
 * nor the kubeconfig names an authority.
 */
export function rootCaController(deps: ControllerDeps, rootCaFile: string | undefined): Runnable | undefined {
  const authority = readAuthority(deps, rootCaFile);
  if (!authority) return undefined;
  const [namespaceInformer, mapInformer] = [
    deps.informers.for(namespaces),
    deps.informers.for(configMaps, { fieldSelector: `metadata.name=${NAME}` }),
  ];
  const wanted = { data: { 'ca.crt': authority } };
  return new Controller({
    name: 'root_ca_cert_publisher',
    watches: [
      watching(namespaceInformer),
      watching(mapInformer, { mapToKeys: ({ metadata }) => [metadata.namespace ?? ''] }),
    ],
    reconcile: async (name, { signal }) => {
      const namespace = namespaceInformer.indexer.get(name);
      if (!namespace || !isNamespaceActive(namespace)) return;
      const current = mapInformer.indexer.get(keyOf(name, NAME));
      const maps = deps.client.for(configMaps, name);
      if (!current) return ensureCreated(maps.create(newMap(name, wanted), { signal }));
      const { annotations } = current.metadata;
      if (isSame(current.data, wanted.data) && annotations?.[DESCRIPTION] === DESCRIPTION_TEXT) return;
      const metadata = { ...current.metadata, annotations: { ...annotations, [DESCRIPTION]: DESCRIPTION_TEXT } };
      await maps.update({ ...current, ...wanted, metadata }, { signal });
    },
    metrics: deps.metrics('root_ca_cert_publisher'),
    logger: deps.logger,
    clock: deps.clock,
  });
}

/** What the flag names, else what this process itself trusts. */
function readAuthority({ client }: ControllerDeps, rootCaFile: string | undefined): string | undefined {
  const { ca } = client.config.tls;
  if (rootCaFile) return readFileSync(rootCaFile, 'utf8');
  if (!ca) return undefined;
  return 'data' in ca ? ca.data : readFileSync(ca.file, 'utf8');
}

function newMap(namespace: string, wanted: { readonly data: Record<string, string> }): corev1.ConfigMap {
  const metadata = { name: NAME, namespace, annotations: { [DESCRIPTION]: DESCRIPTION_TEXT } };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, ...wanted };
}

function isSame(a: Readonly<Record<string, string>> | undefined, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(b);
  return Object.keys(a ?? {}).length === names.length && names.every((name) => a?.[name] === b[name]);
}
