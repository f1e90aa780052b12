import { defineResource } from '../../../registry/define-resource';
import { actionSubresource, objectSubresource, proxySubresource } from '../../../registry/subresources';
import type { corev1 } from '../../../types';
import { table } from './columns';
import { setDefaults } from './defaults';
import { ephemeralContainersStrategy, resizeStrategy, statusStrategy, strategy } from './strategy';

/** Upstream's selector knows the first address only: `status.podIPs` is accepted, and empty for every pod. */
const firstIp = (pod: corev1.Pod): string => pod.status?.podIPs?.[0]?.ip ?? '';

export const pods = defineResource<corev1.Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  scope: 'Namespaced',
  setDefaults,
  strategy,
  statusStrategy,
  subresources: {
    attach: actionSubresource(['create', 'get'], 'v1', 'PodAttachOptions'),
    binding: actionSubresource(['create'], 'v1', 'Binding'),
    ephemeralcontainers: objectSubresource(ephemeralContainersStrategy),
    eviction: actionSubresource(['create'], 'policy/v1', 'Eviction'),
    exec: actionSubresource(['create', 'get'], 'v1', 'PodExecOptions'),
    log: actionSubresource(['get'], 'v1', 'Pod'),
    portforward: actionSubresource(['create', 'get'], 'v1', 'PodPortForwardOptions'),
    proxy: proxySubresource('PodProxyOptions'),
    resize: objectSubresource(resizeStrategy),
  },
  selectableFields: {
    'spec.nodeName': (pod) => pod.spec?.nodeName ?? '',
    'spec.restartPolicy': (pod) => pod.spec?.restartPolicy ?? '',
    'spec.schedulerName': (pod) => pod.spec?.schedulerName ?? '',
    'spec.serviceAccountName': (pod) => pod.spec?.serviceAccountName ?? '',
    'spec.hostNetwork': (pod) => String(pod.spec?.hostNetwork ?? false),
    'status.phase': (pod) => pod.status?.phase ?? '',
    'status.podIP': firstIp,
    'status.podIPs': () => '',
    'status.nominatedNodeName': (pod) => pod.status?.nominatedNodeName ?? '',
  },
  table,
});
