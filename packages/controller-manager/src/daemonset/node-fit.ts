import { findUntolerated, RequiredNodes, SCHEDULING_EFFECTS } from '@typekube/apimachinery';
import type { DaemonSet, Node } from '../shared/objects';
import { daemonTolerations } from './daemon-template';

/** What a daemon set wants of a node. */
export interface NodeFit {
  /** A pod of it should be there. */
  readonly shouldRun: boolean;
  /** One that is there already may stay. */
  readonly mayStay: boolean;
}

const FITS: NodeFit = { shouldRun: true, mayStay: true };
const STAYS: NodeFit = { shouldRun: false, mayStay: true };
const NEVER: NodeFit = { shouldRun: false, mayStay: false };

/**
 * For which nodes a daemon set is: by its node name, selector and required affinity, and by what its pods tolerate. A taint that only keeps
 * new pods away does not end running ones. What is prepared once serves for all nodes. (NodeShouldRunDaemonPod)
 */
export function nodeFit({ spec }: DaemonSet): (node: Node) => NodeFit {
  const podSpec = spec?.template.spec;
  const required = RequiredNodes.of({ ...(podSpec && { spec: podSpec }) });
  const tolerations = daemonTolerations(podSpec ?? {});
  return (node) => {
    if (podSpec?.nodeName && podSpec.nodeName !== node.metadata.name) return NEVER;
    if (!required.matches(node)) return NEVER;
    const taints = node.spec?.taints ?? [];
    if (!findUntolerated(taints, tolerations, SCHEDULING_EFFECTS)) return FITS;
    return findUntolerated(taints, tolerations, ['NoExecute']) ? NEVER : STAYS;
  };
}
