import type { NodeInfo } from '../cache/node-info';
import { podInfoOf } from '../cache/pod-info';
import type { CycleState } from './cycle-state';
import { type Pod, podPriority, uidOf } from './objects';
import type { Plugin } from './plugin';
import { failed, saidBy, type Status } from './status';
import type { PodNominator } from './handle';

/** Runs Filter plugins in order until one refuses the node. */
function runFilters(plugins: readonly Plugin[], state: CycleState, pod: Pod, node: NodeInfo): Status | undefined {
  for (const plugin of plugins) {
    if (state.skipFilter.has(plugin.name)) continue;
    const status = filterWith(plugin, state, pod, node);
    if (status) return saidBy(plugin.name, status);
  }
  return undefined;
}

function filterWith(plugin: Plugin, state: CycleState, pod: Pod, node: NodeInfo): Status | undefined {
  try {
    const status = plugin.filter?.(state, pod, node);
    if (!status || status.code === 'Success') return undefined;
    if (status.code === 'Wait' || status.code === 'Skip') throw new Error(`unexpected status ${status.code}`);
    return status;
  } catch (error) {
    return failed(error, `running "${plugin.name}" filter plugin`);
  }
}

/**
 * Runs Filter plugins on a node that other pods of at least this priority are nominated to: the pod has to fit with them, since
 * they will come, and without them, since they may not. (RunFilterPluginsWithNominatedPods)
 */
export function runFiltersWithNominated(
  plugins: readonly Plugin[],
  nominator: PodNominator,
  cycle: { readonly state: CycleState; readonly pod: Pod; readonly node: NodeInfo },
): Status | undefined {
  const { state, pod, node } = cycle;
  const nominated = nominator
    .nominatedPods(node.name)
    .filter((other) => podPriority(other) >= podPriority(pod) && uidOf(other) !== uidOf(pod));
  if (nominated.length) {
    const copy = { state: state.clone(), pod, node: node.clone() };
    for (const other of nominated) addToCycle(plugins, copy, other);
    const status = runFilters(plugins, copy.state, pod, copy.node);
    if (status) return status;
  }
  return runFilters(plugins, state, pod, node);
}

/** Adds a pod to a copied node and to the plugins' notes of a copied cycle. */
export function addToCycle(
  plugins: readonly Plugin[],
  { state, pod, node }: { readonly state: CycleState; readonly pod: Pod; readonly node: NodeInfo },
  added: Pod,
): void {
  const info = podInfoOf(added);
  node.addPod(info);
  for (const plugin of plugins) {
    if (!state.skipFilter.has(plugin.name)) plugin.addPod?.(state, pod, info, node);
  }
}

/** Takes a pod away from a copied node and from the plugins' notes of a copied cycle. */
export function removeFromCycle(
  plugins: readonly Plugin[],
  { state, pod, node }: { readonly state: CycleState; readonly pod: Pod; readonly node: NodeInfo },
  removed: Pod,
): void {
  node.removePod(removed);
  const info = podInfoOf(removed);
  for (const plugin of plugins) {
    if (!state.skipFilter.has(plugin.name)) plugin.removePod?.(state, pod, info, node);
  }
}
