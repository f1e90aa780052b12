import type { NodeInfo } from '../cache/node-info';
import { type HostPort, hostPortsOf } from '../cache/host-ports';
import { type CycleState, StateKey } from '../framework/cycle-state';
import { ActionType, type ClusterChange, type EventToRegister, type QueueingHint } from '../framework/events';
import type { Pod } from '../framework/objects';
import type { Plugin, PreFilterOutcome } from '../framework/plugin';
import { skip, type Status, unschedulable } from '../framework/status';

const TAKEN = unschedulable("node(s) didn't have free ports for the requested pod ports");
const wantedPorts = new StateKey<readonly HostPort[]>('PreFilterNodePorts');

/** A pod that takes ports of its node needs one where they are free. */
export class NodePorts implements Plugin {
  readonly name = 'NodePorts';

  eventsToRegister(): readonly EventToRegister[] {
    return [
      { resource: 'AssignedPod', action: ActionType.Delete, hint: hintForDeletedPod },
      { resource: 'Node', action: ActionType.Add },
    ];
  }

  preFilter(state: CycleState, pod: Pod): PreFilterOutcome | undefined {
    const ports = hostPortsOf(pod);
    if (!ports.length) return { status: skip };
    wantedPorts.write(state, ports);
    return undefined;
  }

  filter(state: CycleState, _pod: Pod, { hostPorts }: NodeInfo): Status | undefined {
    return wantedPorts.read(state).some((port) => hostPorts.conflicts(port)) ? TAKEN : undefined;
  }
}

function hintForDeletedPod(pod: Pod, { oldPod }: ClusterChange): QueueingHint {
  if (!oldPod?.spec?.nodeName) return 'Skip';
  const freed = hostPortsOf(oldPod);
  const helps = hostPortsOf(pod).some(({ protocol, port }) =>
    freed.some((other) => other.protocol === protocol && other.port === port),
  );
  return helps ? 'Queue' : 'Skip';
}
