import { type BalancedAllocationArgs, DEFAULT_BALANCED_ARGS } from './balanced-allocation';
import { DEFAULT_PREEMPTION_ARGS, type DefaultPreemptionArgs } from './default-preemption';
import { DEFAULT_INTER_POD_ARGS, type InterPodAffinityArgs } from './inter-pod-affinity';
import type { NodeAffinityArgs } from './node-affinity';
import { DEFAULT_FIT_ARGS, type NodeResourcesFitArgs } from './node-resources-fit';
import { DEFAULT_SPREAD_ARGS, type PodTopologySpreadArgs } from './pod-topology-spread';
import { DEFAULT_VOLUME_BINDING_ARGS, type VolumeBindingArgs } from './volume-binding';

/** The arguments of all plugins that have any, by the plugin's name. */
export interface PluginArgs {
  readonly NodeResourcesFit: NodeResourcesFitArgs;
  readonly NodeResourcesBalancedAllocation: BalancedAllocationArgs;
  readonly NodeAffinity: NodeAffinityArgs;
  readonly DefaultPreemption: DefaultPreemptionArgs;
  readonly InterPodAffinity: InterPodAffinityArgs;
  readonly PodTopologySpread: PodTopologySpreadArgs;
  readonly VolumeBinding: VolumeBindingArgs;
}

/** Upstream's defaults. */
export const DEFAULT_PLUGIN_ARGS: PluginArgs = {
  NodeResourcesFit: DEFAULT_FIT_ARGS,
  NodeResourcesBalancedAllocation: DEFAULT_BALANCED_ARGS,
  NodeAffinity: {},
  DefaultPreemption: DEFAULT_PREEMPTION_ARGS,
  InterPodAffinity: DEFAULT_INTER_POD_ARGS,
  PodTopologySpread: DEFAULT_SPREAD_ARGS,
  VolumeBinding: DEFAULT_VOLUME_BINDING_ARGS,
};
