import type { corev1 } from '@typekube/api';
import type { KubeObject } from '@typekube/apimachinery';
import type { AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { isResource } from '../pods';

const LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** Upstream's PodTopologyLabels: a pod learns in which zone and region its node is, when it is assigned to it. */
export function podTopologyLabels({ objects }: Pick<AdmissionDependencies, 'objects'>): AdmissionPlugin {
  const nodes = objects<corev1.Node>('', 'nodes');
  return {
    name: 'PodTopologyLabels',
    handles: (target) =>
      isResource(target, '', 'pods') && target.operation === 'CREATE' && (target.subresource === '' || target.subresource === 'binding'),
    admit({ object, subresource }) {
      const nodeName = subresource === 'binding' ? targetOf(object as corev1.Binding) : (object as corev1.Pod).spec?.nodeName;
      const labels = nodeName ? nodes.get('', nodeName)?.metadata.labels : undefined;
      if (labels) copyLabels(object!, labels);
    },
  };
}

function targetOf({ target }: corev1.Binding): string | undefined {
  return target?.kind === 'Node' ? target.name : undefined;
}

/** What the object says already stays. */
function copyLabels({ metadata }: KubeObject, from: Readonly<Record<string, string>>): void {
  for (const name of LABELS) {
    const value = from[name];
    if (value !== undefined && metadata.labels?.[name] === undefined) metadata.labels = { ...metadata.labels, [name]: value };
  }
}
