import type { PluginHandle } from '../framework/handle';
import type { Plugin } from '../framework/plugin';
import { NodeResourcesBalancedAllocation } from './balanced-allocation';
import { DefaultBinder } from './default-binder';
import { DefaultPreemption } from './default-preemption';
import { ImageLocality } from './image-locality';
import { InterPodAffinity } from './inter-pod-affinity';
import { NodeAffinity } from './node-affinity';
import { NodeName } from './node-name';
import { NodePorts } from './node-ports';
import { NodeResourcesFit } from './node-resources-fit';
import { NodeUnschedulable } from './node-unschedulable';
import { PodTopologySpread } from './pod-topology-spread';
import type { PluginArgs } from './plugin-args';
import { PrioritySort } from './priority-sort';
import { SchedulingGates } from './scheduling-gates';
import { TaintToleration } from './taint-toleration';
import { VolumeBinding } from './volume-binding';
import { VolumeRestrictions } from './volume-restrictions';
import { VolumeZone } from './volume-zone';

/** A plugin that profiles may enable. */
export interface PluginEntry {
  readonly name: string;
  /** The weight of its score where a profile says none. Default 1. */
  readonly weight?: number;
  /** `args` are those of the profile's pluginConfig, with the defaults filled in. */
  readonly create: (handle: PluginHandle, args: PluginArgs) => Plugin;
}

/**
 * All plugins, in the order in which they run by default and with upstream's weights. What refuses most cheaply comes first;
 * what looks at all pods, last. (getDefaultPlugins)
 */
export const DEFAULT_PLUGINS: readonly PluginEntry[] = [
  { name: 'SchedulingGates', create: () => new SchedulingGates() },
  { name: 'PrioritySort', create: () => new PrioritySort() },
  { name: 'NodeUnschedulable', create: () => new NodeUnschedulable() },
  { name: 'NodeName', create: () => new NodeName() },
  { name: 'TaintToleration', weight: 3, create: () => new TaintToleration() },
  { name: 'NodeAffinity', weight: 2, create: (_handle, args) => new NodeAffinity(args.NodeAffinity) },
  { name: 'NodePorts', create: () => new NodePorts() },
  { name: 'NodeResourcesFit', create: (_handle, args) => new NodeResourcesFit(args.NodeResourcesFit) },
  { name: 'VolumeRestrictions', create: (handle) => new VolumeRestrictions(handle) },
  { name: 'VolumeBinding', create: (handle, args) => new VolumeBinding(handle, args.VolumeBinding) },
  { name: 'VolumeZone', create: (handle) => new VolumeZone(handle) },
  { name: 'PodTopologySpread', weight: 2, create: (handle, args) => new PodTopologySpread(handle, args.PodTopologySpread) },
  { name: 'InterPodAffinity', weight: 2, create: (handle, args) => new InterPodAffinity(handle, args.InterPodAffinity) },
  { name: 'DefaultPreemption', create: (handle, args) => new DefaultPreemption(handle, args.DefaultPreemption) },
  {
    name: 'NodeResourcesBalancedAllocation',
    create: (_handle, args) => new NodeResourcesBalancedAllocation(args.NodeResourcesBalancedAllocation),
  },
  { name: 'ImageLocality', create: (handle) => new ImageLocality(handle) },
  { name: 'DefaultBinder', create: (handle) => new DefaultBinder(handle) },
];
