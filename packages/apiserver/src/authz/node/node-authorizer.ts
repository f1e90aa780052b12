import type { UserInfo } from '../../chain/request-context';
import { NODE_RULES } from '../../bootstrap/rbac/node-rules';
import type { AuthorizationAttributes, Authorizer, Decision, RuleList } from '../authorizer';
import { asked, CompiledRule } from '../rbac/compiled-rule';
import { nodeIdentity } from './node-identity';
import type { NodeRelations, Related } from './node-relations';

type Check = (node: string, attributes: AuthorizationAttributes) => Decision;

const ALLOW: Decision = { decision: 'Allow', reason: '' };
const NO_OPINION = no('');
const NODE_LEASES = 'kube-node-lease';

/**
 * Mode `Node`: a kubelet may read what its node and the pods on it need, and write what is its own (upstream's node authorizer). What a write
 * contains is for the admission plugin NodeRestriction to judge.
 */
export class NodeAuthorizer implements Authorizer {
  private readonly rules = NODE_RULES.map((rule) => new CompiledRule(rule));
  /** By group and resource; all else is decided by the same rules for all nodes. */
  private readonly checks: ReadonlyMap<string, Check>;

  constructor(relations: NodeRelations) {
    this.checks = new Map<string, Check>([
      ['/secrets', (node, attributes) => checkRead(relations.secret, node, attributes)],
      ['/configmaps', (node, attributes) => checkRead(relations.configMap, node, attributes)],
      ['/persistentvolumeclaims', (node, attributes) => checkClaim(relations.claim, node, attributes)],
      ['/persistentvolumes', (node, attributes) => checkGet(relations.volume, node, attributes)],
      ['resource.k8s.io/resourceclaims', (node, attributes) => checkGet(relations.resourceClaim, node, attributes)],
      ['storage.k8s.io/volumeattachments', (node, attributes) => checkGet(relations.attachment, node, attributes)],
      ['/serviceaccounts', (node, attributes) => checkServiceAccount(relations.serviceAccount, node, attributes)],
      ['coordination.k8s.io/leases', checkLease],
      ['storage.k8s.io/csinodes', checkCsiNode],
      ['resource.k8s.io/resourceslices', (node, attributes) => checkSlice(relations.slice, node, attributes)],
      ['certificates.k8s.io/podcertificaterequests', (node, attributes) => checkPodCertificateRequest(relations.podCertificateRequest, node, attributes)],
      ['/nodes', checkNode],
      ['/pods', (node, attributes) => checkPod(relations.pod, node, attributes)],
    ]);
  }

  authorize(attributes: AuthorizationAttributes): Decision {
    const { isNode, nodeName } = nodeIdentity(attributes.user);
    if (!isNode) return NO_OPINION;
    if (nodeName === '') return no(`unknown node for user "${attributes.user.name}"`);
    const check = attributes.isResourceRequest ? this.checks.get(`${attributes.apiGroup}/${attributes.resource}`) : undefined;
    if (check) return check(nodeName, attributes);
    const request = asked(attributes);
    return this.rules.some((rule) => rule.allows(request)) ? ALLOW : NO_OPINION;
  }

  /** What a node may do cannot be listed: it depends on its pods. */
  rulesFor(user: UserInfo): RuleList {
    const { isNode } = nodeIdentity(user);
    const errors = isNode ? ['node authorizer does not support user rule resolution'] : [];
    return { resourceRules: [], nonResourceRules: [], errors, incomplete: isNode };
  }
}

function no(reason: string): Decision {
  return { decision: 'NoOpinion', reason };
}

function checkRelated(related: Related, node: string, { namespace, name }: AuthorizationAttributes): Decision {
  if (!name) return no('No Object name found');
  return related(node, namespace, name) ? ALLOW : no(`no relationship found between node '${node}' and this object`);
}

/** Lists and watches too, of one object. */
function checkRead(related: Related, node: string, attributes: AuthorizationAttributes): Decision {
  if (!['get', 'list', 'watch'].includes(attributes.verb)) return no('can only read resources of this type');
  if (attributes.subresource) return no('cannot read subresource');
  if (!attributes.namespace) return no('can only read namespaced object of this type');
  return checkRelated(related, node, attributes);
}

function checkGet(related: Related, node: string, attributes: AuthorizationAttributes): Decision {
  if (attributes.verb !== 'get') return no('can only get individual resources of this type');
  if (attributes.subresource) return no('cannot get subresource');
  return checkRelated(related, node, attributes);
}

function checkClaim(related: Related, node: string, attributes: AuthorizationAttributes): Decision {
  const { verb, subresource } = attributes;
  if (subresource !== 'status') return checkGet(related, node, attributes);
  if (verb !== 'update' && verb !== 'patch') return no('can only get/update/patch this type');
  return checkRelated(related, node, attributes);
}

function checkServiceAccount(related: Related, node: string, attributes: AuthorizationAttributes): Decision {
  const { verb, subresource, name } = attributes;
  if (verb === 'get' && !subresource) return checkRelated(related, node, attributes);
  if (verb !== 'create' || !name) return no('can only create tokens for individual service accounts');
  if (subresource !== 'token') return no('can only create token subresource of serviceaccount');
  return checkRelated(related, node, attributes);
}

const OWN_VERBS = ['get', 'create', 'update', 'patch', 'delete'];

function checkLease(node: string, { verb, namespace, name }: AuthorizationAttributes): Decision {
  if (!OWN_VERBS.includes(verb)) return no('can only get, create, update, patch, or delete a node lease');
  if (namespace !== NODE_LEASES) return no(`can only access leases in the "${NODE_LEASES}" system namespace`);
  // The name is not known yet when it is created.
  if (verb !== 'create' && name !== node) return no('can only access node lease with the same name as the requesting node');
  return ALLOW;
}

function checkCsiNode(node: string, { verb, subresource, name }: AuthorizationAttributes): Decision {
  if (!OWN_VERBS.includes(verb)) return no('can only get, create, update, patch, or delete a CSINode');
  if (subresource) return no('cannot authorize CSINode subresources');
  if (verb !== 'create' && name !== node) return no('can only access CSINode with the same name as the requesting node');
  return ALLOW;
}

function checkSlice(related: Related, node: string, attributes: AuthorizationAttributes): Decision {
  if (attributes.subresource) return no('cannot authorize ResourceSlice subresources');
  switch (attributes.verb) {
    case 'create':
      return ALLOW;
    case 'get':
    case 'update':
    case 'patch':
    case 'delete':
      return checkRelated(related, node, attributes);
    case 'watch':
    case 'list':
    case 'deletecollection':
      if (selects(attributes, 'spec.nodeName', node)) return ALLOW;
      return no('can only list/watch/deletecollection resourceslices with nodeName field selector');
    default:
      return no('only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection');
  }
}

function checkPodCertificateRequest(related: Related, node: string, attributes: AuthorizationAttributes): Decision {
  if (attributes.subresource) return no('cannot authorize PodCertificateRequest subresources');
  switch (attributes.verb) {
    case 'create':
      return ALLOW;
    case 'get':
      return checkRelated(related, node, attributes);
    case 'list':
    case 'watch':
      if (selects(attributes, 'spec.nodeName', node)) return ALLOW;
      return no('can only list/watch podcertificaterequests with nodeName field selector');
    default:
      return no('only the following verbs are allowed for a PodCertificateRequest: get, watch, list, create');
  }
}

/** By name and not by what there is: a kubelet reads its node before it makes it. */
function checkNode(node: string, { verb, subresource, name }: AuthorizationAttributes): Decision {
  const isWrite = verb === 'update' || verb === 'patch';
  if (subresource === 'status') return isWrite ? ALLOW : NO_OPINION;
  if (subresource) return NO_OPINION;
  if (isWrite || verb === 'create') return ALLOW;
  if (!['get', 'list', 'watch'].includes(verb)) return NO_OPINION;
  if (name === node) return ALLOW;
  if (!name) return no(`node '${node}' cannot read all nodes, only its own Node object`);
  return no(`node '${node}' cannot read '${name}', only its own Node object`);
}

function checkPod(related: Related, node: string, attributes: AuthorizationAttributes): Decision {
  const { verb, subresource, name } = attributes;
  switch (`${verb} ${subresource}`) {
    case 'get ':
      return checkRelated(related, node, attributes);
    case 'list ':
    case 'watch ':
      if (selects(attributes, 'spec.nodeName', node)) return ALLOW;
      if (name) return checkRelated(related, node, attributes);
      return no('can only list/watch pods with spec.nodeName field selector');
    case 'create ':
    case 'delete ':
    case 'update status':
    case 'patch status':
    case 'create eviction':
      return ALLOW;
    default:
      return NO_OPINION;
  }
}

function selects({ fieldSelector }: AuthorizationAttributes, field: string, value: string): boolean {
  return fieldSelector?.some((requirement) => requirement.field === field && requirement.operator === '=' && requirement.value === value) ?? false;
}
