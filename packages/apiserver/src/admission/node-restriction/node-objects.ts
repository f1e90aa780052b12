import type { corev1, resourcev1 } from '@typekube/api';
import { jsonEqual } from '@typekube/apimachinery';
import type { AdmissionAttributes } from '../admission';
import { forbidden } from '../forbidden';

const LEASE_NAMESPACE = 'kube-node-lease';
const RESTRICTED = 'node-restriction.kubernetes.io';

/** Labels in the domains of Kubernetes that kubelets set. */
const KUBELET_LABELS: ReadonlySet<string> = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/arch',
  'kubernetes.io/os',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'node.kubernetes.io/windows-build',
]);
const KUBELET_DOMAINS = ['kubelet.kubernetes.io', 'node.kubernetes.io'];

/** Its own node, but not what would draw pods to it that are not meant for it. */
export function checkNode(node: string, attributes: AdmissionAttributes): void {
  const { operation, name } = attributes;
  if (name !== node) throw forbidden(attributes, `node "${node}" is not allowed to modify node "${name}"`);
  const [object, old] = [attributes.object, attributes.oldObject] as [corev1.Node | undefined, corev1.Node | undefined];
  if (!object || operation === 'DELETE') return;
  if (operation === 'CREATE') {
    if (object.spec?.configSource) throw forbidden(attributes, `node "${node}" is not allowed to create pods with a non-nil configSource`);
    const labels = forbiddenLabels(object.metadata.labels, undefined);
    if (labels.length) throw forbidden(attributes, `node "${node}" is not allowed to set the following labels: ${labels.join(', ')}`);
    return;
  }
  if (object.spec?.configSource && !jsonEqual(object.spec.configSource, old?.spec?.configSource)) {
    throw forbidden(attributes, `node "${node}" is not allowed to update configSource to a new non-nil configSource`);
  }
  if (!jsonEqual(object.spec?.taints ?? [], old?.spec?.taints ?? [])) {
    throw forbidden(attributes, `node "${node}" is not allowed to modify taints`);
  }
  // The garbage collector deletes what has an owner that is not there: a node could undo its registration and come back without its taints.
  if (!jsonEqual(object.metadata.ownerReferences ?? [], old?.metadata.ownerReferences ?? [])) {
    throw forbidden(attributes, `node "${node}" is not allowed to modify ownerReferences`);
  }
  const labels = forbiddenLabels(object.metadata.labels, old?.metadata.labels);
  if (labels.length) throw forbidden(attributes, `is not allowed to modify labels: ${labels.join(', ')}`);
}

type Labels = Readonly<Record<string, string>> | undefined;

function forbiddenLabels(labels: Labels, old: Labels): string[] {
  const names = new Set([...Object.keys(labels ?? {}), ...Object.keys(old ?? {})]);
  return [...names].filter((name) => labels?.[name] !== old?.[name] && isForbidden(name)).sort();
}

function isForbidden(label: string): boolean {
  const slash = label.indexOf('/');
  const domain = slash < 0 ? '' : label.slice(0, slash);
  if (isIn(domain, RESTRICTED)) return true;
  const isOfKubernetes = isIn(domain, 'kubernetes.io') || isIn(domain, 'k8s.io');
  return isOfKubernetes && !KUBELET_LABELS.has(label) && !KUBELET_DOMAINS.some((allowed) => isIn(domain, allowed));
}

function isIn(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}

/** Its own lease, by which it says that it is alive. */
export function checkLease(node: string, attributes: AdmissionAttributes): void {
  if (attributes.namespace !== LEASE_NAMESPACE) {
    throw forbidden(attributes, `can only access leases in the "${LEASE_NAMESPACE}" system namespace`);
  }
  if (nameOf(attributes) !== node) throw forbidden(attributes, 'can only access node lease with the same name as the requesting node');
}

/** The CSINode of its own name. */
export function checkNamedObject(node: string, attributes: AdmissionAttributes): void {
  if (nameOf(attributes) !== node) throw forbidden(attributes, 'can only access CSINode with the same name as the requesting node');
}

/** Slices of devices of its own. The node authorizer sees neither what is created nor each of a collection that is deleted. */
export function checkResourceSlice(node: string, attributes: AdmissionAttributes): void {
  const { operation, object, oldObject } = attributes;
  if (operation !== 'CREATE' && operation !== 'DELETE') return;
  const { spec } = (operation === 'CREATE' ? object : oldObject) as resourcev1.ResourceSlice;
  if (spec?.nodeName === node) return;
  throw forbidden(attributes, `can only ${operation.toLowerCase()} ResourceSlice with the same NodeName as the requesting node`);
}

function nameOf({ operation, object, name }: AdmissionAttributes): string | undefined {
  return operation === 'CREATE' ? object?.metadata.name : name;
}
