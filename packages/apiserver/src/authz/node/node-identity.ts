import type { UserInfo } from '../../chain/request-context';

const NODES = 'system:nodes';
const PREFIX = 'system:node:';

export interface NodeIdentity {
  readonly isNode: boolean;
  /** Empty if it is a node that does not say which, or no node. */
  readonly nodeName: string;
}

/** Whether a user is a kubelet, and of which node: a `system:node:NAME` in the group `system:nodes` (upstream's nodeidentifier). */
export function nodeIdentity({ name, groups }: UserInfo): NodeIdentity {
  if (!name.startsWith(PREFIX) || !groups.includes(NODES)) return NO_NODE;
  return { isNode: true, nodeName: name.slice(PREFIX.length) };
}

const NO_NODE: NodeIdentity = { isNode: false, nodeName: '' };
