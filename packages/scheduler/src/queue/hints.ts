import {
  ActionType,
  type ClusterChange,
  type ClusterEvent,
  type EventToRegister,
  isWildcard,
  matchesEvent,
  WILDCARD,
} from '../framework/events';
import type { Pod } from '../framework/objects';
import type { Plugin } from '../framework/plugin';
import type { QueuedPod } from '../framework/queued-pod';

/** Where a pod goes after a change: not on, to wait for its backoff, or at once. */
export type Requeue = 'skip' | 'afterBackoff' | 'immediately';

/** The events of each plugin of a profile. */
export type HintTable = ReadonlyMap<string, readonly EventToRegister[]>;

/** Collects the events of plugins. Those that say nothing take any event for help. */
export function hintTable(plugins: Iterable<Plugin>): HintTable {
  const table = new Map<string, readonly EventToRegister[]>();
  for (const plugin of plugins) table.set(plugin.name, plugin.eventsToRegister?.() ?? [WILDCARD]);
  return table;
}

/** Whether any plugin of the profile takes such an event for help at all. */
export function isOfInterest(table: HintTable, event: ClusterEvent): boolean {
  return isWildcard(event) || [...table.values()].some((events) => events.some((registered) => matchesEvent(registered, event)));
}

/** Stands for the plugin that refused where there was no node at all: only a node helps then. */
export const NO_NODES = 'NoNodes';
const NODE_ADDED: readonly EventToRegister[] = [{ resource: 'Node', action: ActionType.Add }];

/** What a plugin waits for; one that is not known takes any event for help. */
function eventsOf(table: HintTable, plugin: string): readonly EventToRegister[] {
  return plugin === NO_NODES ? NODE_ADDED : (table.get(plugin) ?? [WILDCARD]);
}

/** Whether the change may help the pod, by the plugins that have refused it. Hints that throw count as help. */
export function requeueAfter(
  table: HintTable,
  queued: QueuedPod,
  change: ClusterChange,
  onError: (error: unknown) => void,
): Requeue {
  const refusers = [...queued.unschedulablePlugins, ...queued.pendingPlugins];
  if (!refusers.length || isWildcard(change.event)) return 'afterBackoff';
  let outcome: Requeue = 'skip';
  for (const plugin of refusers) {
    const registered = eventsOf(table, plugin).filter((event) => matchesEvent(event, change.event));
    if (!registered.some(({ hint }) => helps(hint, queued.pod, change, onError))) continue;
    if (queued.pendingPlugins.has(plugin)) return 'immediately';
    outcome = 'afterBackoff';
  }
  return outcome;
}

function helps(hint: EventToRegister['hint'], pod: Pod, change: ClusterChange, onError: (error: unknown) => void): boolean {
  if (!hint) return true;
  try {
    return hint(pod, change) === 'Queue';
  } catch (error) {
    onError(error);
    return true;
  }
}
