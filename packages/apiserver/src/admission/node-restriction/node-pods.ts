import type { corev1 } from '@typekube/api';
import { jsonEqual, newNotFound } from '@typekube/apimachinery';
import type { AdmissionAttributes } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { forbidden } from '../forbidden';
import type { ObjectSource } from '../object-source';
import { usesConfigMaps, usesSecrets } from '../pod-secrets';
import { isMirrorPod, MIRROR_POD_ANNOTATION, oldPodOf, podOf } from '../pods';

type Pod = corev1.Pod & { spec: corev1.PodSpec };

/** What a kubelet may do with pods: make mirrors of what it runs from files, tell how its pods are, delete and evict them. */
export class NodePods {
  private readonly pods: ObjectSource<Pod>;
  private readonly nodes: ObjectSource<corev1.Node>;

  constructor({ objects }: Pick<AdmissionDependencies, 'objects'>) {
    this.pods = objects<Pod>('', 'pods');
    this.nodes = objects<corev1.Node>('', 'nodes');
  }

  check(node: string, attributes: AdmissionAttributes): void | Promise<void> {
    switch (attributes.subresource) {
      case '':
        return this.checkPod(node, attributes);
      case 'status':
        return checkStatus(node, attributes);
      case 'eviction':
        return this.checkEviction(node, attributes);
      default:
        throw forbidden(attributes, `unexpected pod subresource "${attributes.subresource}", only 'status' and 'eviction' are allowed`);
    }
  }

  private checkPod(node: string, attributes: AdmissionAttributes): void | Promise<void> {
    const { operation } = attributes;
    if (operation === 'CREATE') return this.checkMirror(node, attributes);
    if (operation === 'DELETE') {
      if (oldPodOf(attributes).spec.nodeName === node) return;
      throw forbidden(attributes, `node "${node}" can only delete pods with spec.nodeName set to itself`);
    }
    throw forbidden(attributes, `unexpected operation "${operation}", node "${node}" can only create and delete mirror pods`);
  }

  private async checkMirror(node: string, attributes: AdmissionAttributes): Promise<void> {
    const pod = podOf(attributes);
    const problem = mirrorProblem(node, pod);
    if (problem) throw forbidden(attributes, problem);
    const found = await this.nodes.find('', node);
    if (!found) throw newNotFound({ group: '', resource: 'nodes' }, node);
    const [owner] = pod.metadata.ownerReferences ?? [];
    if (owner?.uid !== found.metadata.uid) {
      throw forbidden(attributes, `node ${node} UID mismatch: expected ${owner?.uid} got ${found.metadata.uid}`);
    }
    const reference = referenceProblem(node, pod);
    if (reference) throw forbidden(attributes, reference);
  }

  private async checkEviction(node: string, attributes: AdmissionAttributes): Promise<void> {
    const name = attributes.name || attributes.object?.metadata.name;
    if (!name) throw forbidden(attributes, 'could not determine pod from request data');
    const pod = await this.pods.find(attributes.namespace, name);
    if (!pod) throw newNotFound({ group: '', resource: 'pods' }, name);
    if (pod.spec.nodeName !== node) throw forbidden(attributes, `node ${node} can only evict pods with spec.nodeName set to itself`);
  }
}

function checkStatus(node: string, attributes: AdmissionAttributes): void {
  if (attributes.operation !== 'UPDATE') throw forbidden(attributes, `unexpected operation "${attributes.operation}"`);
  const [pod, old] = [podOf(attributes), oldPodOf(attributes)];
  if (old.spec.nodeName !== node) {
    throw forbidden(attributes, `node "${node}" can only update pod status for pods with spec.nodeName set to itself`);
  }
  if (!jsonEqual(pod.metadata.labels ?? {}, old.metadata.labels ?? {})) {
    throw forbidden(attributes, `node "${node}" cannot update labels through pod status`);
  }
  if (!jsonEqual(pod.status?.resourceClaimStatuses ?? [], old.status?.resourceClaimStatuses ?? [])) {
    throw forbidden(attributes, `node "${node}" cannot update resource claim statues`);
  }
  // The node authorizer lets it read the claim that is named there.
  if (!jsonEqual(pod.status?.extendedResourceClaimStatus, old.status?.extendedResourceClaimStatus)) {
    throw forbidden(attributes, `node "${node}" cannot update extended resource claim status`);
  }
}

/** A mirror pod belongs to the node, by the one owner that it has. */
function mirrorProblem(node: string, pod: Pod): string | undefined {
  if (!isMirrorPod(pod)) return `pod does not have "${MIRROR_POD_ANNOTATION}" annotation, node "${node}" can only create mirror pods`;
  if (pod.spec.nodeName !== node) return `node "${node}" can only create pods with spec.nodeName set to itself`;
  const [owner, ...others] = pod.metadata.ownerReferences ?? [];
  if (others.length) return `node "${node}" can only create pods with a single owner reference set to itself`;
  if (!owner || owner.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node) {
    return `node "${node}" can only create pods with an owner reference set to itself`;
  }
  if (!owner.controller) return `node "${node}" can only create pods with a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion) return `node "${node}" must not set blockOwnerDeletion on an owner reference`;
  return undefined;
}

/** By a pod that names other objects a kubelet could read them. */
function referenceProblem(node: string, { spec }: Pod): string | undefined {
  const refers = (what: string): string => `node "${node}" can not create pods that reference ${what}`;
  if (spec.serviceAccountName) return refers('a service account');
  if (usesSecrets(spec)) return refers('secrets');
  if (usesConfigMaps(spec)) return refers('configmaps');
  const volumes = spec.volumes ?? [];
  if (volumes.some(({ projected }) => projected?.sources?.some((source) => source.clusterTrustBundle))) return refers('clustertrustbundles');
  if (volumes.some((volume) => volume.persistentVolumeClaim)) return refers('persistentvolumeclaims');
  if (spec.resourceClaims?.length) return refers('resourceclaims');
  return undefined;
}
