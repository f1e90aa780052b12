import { ageColumn, defineTable, nameColumn, text, wide } from '../../../shared/columns/table';
import type { corev1 } from '../../../types';

export const table = defineTable<corev1.Node>(
  nameColumn,
  text('Status', 'The status of the node', statusText),
  text('Roles', 'The roles of the node', ({ metadata }) => rolesOf(metadata.labels ?? {}).join(',') || '<none>'),
  ageColumn,
  text('Version', 'Kubelet Version reported by the node.', ({ status }) => status?.nodeInfo?.kubeletVersion ?? ''),
  wide(
    text(
      'Internal-IP',
      'List of addresses reachable to the node. Queried from cloud provider, if available. More info: ' +
        'https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as ' +
        'mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is ' +
        'merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. ' +
        'Consumers should assume that addresses can change during the lifetime of a Node. However, there are some ' +
        'exceptions where this may not be possible, such as Pods that inherit a Node\'s address in its own status ' +
        'or consumers of the downward API (status.hostIP).',
      (node) => addressOf(node, 'InternalIP'),
    ),
  ),
  wide(
    text(
      'External-IP',
      'List of addresses reachable to the node. Queried from cloud provider, if available. More info: ' +
        'https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as ' +
        'mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is ' +
        'merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. ' +
        'Consumers should assume that addresses can change during the lifetime of a Node. However, there are some ' +
        'exceptions where this may not be possible, such as Pods that inherit a Node\'s address in its own status ' +
        'or consumers of the downward API (status.hostIP).',
      (node) => addressOf(node, 'ExternalIP'),
    ),
  ),
  wide(
    text(
      'OS-Image',
      'OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).',
      ({ status }) => status?.nodeInfo?.osImage || '<unknown>',
    ),
  ),
  wide(
    text(
      'Kernel-Version',
      'Kernel Version reported by the node from \'uname -r\' (e.g. 3.16.0-0.bpo.4-amd64).',
      ({ status }) => status?.nodeInfo?.kernelVersion || '<unknown>',
    ),
  ),
  wide(
    text(
      'Container-Runtime',
      'ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2).',
      ({ status }) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>',
    ),
  ),
);

function statusText({ spec, status }: corev1.Node): string {
  const ready = status?.conditions?.findLast(({ type }) => type === 'Ready');
  const state = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return spec?.unschedulable ? `${state},SchedulingDisabled` : state;
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';

/** From labels `node-role.kubernetes.io/<role>` and `kubernetes.io/role=<role>`; sorted, each once. */
function rolesOf(labels: Readonly<Record<string, string>>): string[] {
  const roles = Object.entries(labels).map(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX)) return key.slice(ROLE_PREFIX.length);
    return key === ROLE_LABEL ? value : '';
  });
  return [...new Set(roles.filter((role) => role !== ''))].sort();
}

function addressOf({ status }: corev1.Node, wanted: string): string {
  return status?.addresses?.find(({ type }) => type === wanted)?.address ?? '<none>';
}
