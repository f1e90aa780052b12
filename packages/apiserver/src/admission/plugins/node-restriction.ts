import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { forbidden } from '../forbidden';
import { checkCertificateRequest, checkPodCertificateRequest } from '../node-restriction/node-certificates';
import { checkLease, checkNamedObject, checkNode, checkResourceSlice } from '../node-restriction/node-objects';
import { NodePods } from '../node-restriction/node-pods';
import { checkToken } from '../node-restriction/node-tokens';
import { checkClaimStatus } from '../node-restriction/node-claims';

const USER_PREFIX = 'system:node:';
const NODES_GROUP = 'system:nodes';

/** Upstream's NodeRestriction: a kubelet writes its own node, its own pods and what belongs to them, and nothing else. */
export function nodeRestriction(dependencies: Pick<AdmissionDependencies, 'objects' | 'authorizer'>): AdmissionPlugin {
  const pods = new NodePods(dependencies);
  const checks: Readonly<Record<string, (node: string, attributes: AdmissionAttributes) => void | Promise<void>>> = {
    pods: (node, attributes) => pods.check(node, attributes),
    nodes: checkNode,
    persistentvolumeclaims: checkClaimStatus,
    serviceaccounts: (node, attributes) => checkToken(node, attributes, dependencies),
    'leases.coordination.k8s.io': checkLease,
    'csinodes.storage.k8s.io': checkNamedObject,
    'resourceslices.resource.k8s.io': checkResourceSlice,
    'certificatesigningrequests.certificates.k8s.io': checkCertificateRequest,
    'podcertificaterequests.certificates.k8s.io': (node, attributes) => checkPodCertificateRequest(node, attributes, dependencies),
  };
  const checkOf = ({ resource: { groupResource } }: Pick<AdmissionAttributes, 'resource'>): (typeof checks)[string] | undefined => {
    const { group, resource } = groupResource;
    return checks[group ? `${resource}.${group}` : resource];
  };
  return {
    name: 'NodeRestriction',
    handles: (target) => target.operation !== 'CONNECT' && checkOf(target) !== undefined,
    admit(attributes) {
      const { name, groups } = attributes.user;
      if (!name.startsWith(USER_PREFIX) || !groups.includes(NODES_GROUP)) return;
      const node = name.slice(USER_PREFIX.length);
      if (!node) throw forbidden(attributes, `could not determine node from user "${name}"`);
      return checkOf(attributes)?.(node, attributes);
    },
  };
}
