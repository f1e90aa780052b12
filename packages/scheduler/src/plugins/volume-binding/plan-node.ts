import { findVolumeFor, storageClassNameOf } from '@typekube/api';
import { NodeSelector, parseQuantity } from '@typekube/apimachinery';
import type { Claim, ClusterReader, Volume } from '../../framework/handle';
import type { Node } from '../../framework/objects';
import { NO_PROVISIONER } from './claims';

/** What is to be done about a pod's claims once a node is chosen. */
export interface NodePlan {
  /** Volumes that are there already, each with the claim that gets it. */
  readonly keep: readonly { readonly claim: Claim; readonly volume: Volume }[];
  /** Claims that somebody is to make volumes for. */
  readonly provision: readonly Claim[];
}

/** Whether pods on the node reach the volume. */
export function isReachable({ spec }: Volume, node: Node): boolean {
  const required = spec?.nodeAffinity?.required;
  return !required || new NodeSelector(required.nodeSelectorTerms).matches(node);
}

export interface PlanInput {
  readonly claims: readonly Claim[];
  readonly node: Node;
  readonly cluster: ClusterReader;
  /** Whether another pod, which is being bound, gets that volume. */
  readonly isTaken: (volume: Volume, claim: Claim) => boolean;
}

/** A volume for each claim, the small ones first; undefined where one can have none on that node. (findMatchingVolumes, checkVolumeProvisions) */
export function planNode({ claims, node, cluster, isTaken }: PlanInput): NodePlan | undefined {
  const keep: { claim: Claim; volume: Volume }[] = [];
  const provision: Claim[] = [];
  for (const claim of [...claims].sort(bySize)) {
    const volume = findVolumeFor(claim, cluster.volumesOfClass(storageClassNameOf(claim)), {
      isReachable: (each) => isReachable(each, node) && !isTaken(each, claim) && !keep.some((kept) => kept.volume === each),
    });
    if (volume) keep.push({ claim, volume });
    else if (canProvision(claim, node, cluster)) provision.push(claim);
    else return undefined;
  }
  return { keep, provision };
}

function bySize(a: Claim, b: Claim): number {
  return sizeOf(a).cmp(sizeOf(b));
}

function sizeOf({ spec }: Claim): ReturnType<typeof parseQuantity> {
  return parseQuantity(spec?.resources?.requests?.['storage'] ?? '0');
}

function canProvision(claim: Claim, { metadata: { labels = {} } }: Node, cluster: ClusterReader): boolean {
  const storageClass = cluster.storageClass(storageClassNameOf(claim));
  if (!storageClass || storageClass.provisioner === NO_PROVISIONER) return false;
  const topologies = storageClass.allowedTopologies ?? [];
  if (!topologies.length) return true;
  return topologies.some(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? '')),
  );
}
