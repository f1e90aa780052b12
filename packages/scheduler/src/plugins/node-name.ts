import type { NodeInfo } from '../cache/node-info';
import type { CycleState } from '../framework/cycle-state';
import { ActionType, type EventToRegister } from '../framework/events';
import { type Pod, specOf } from '../framework/objects';
import type { Plugin } from '../framework/plugin';
import { type Status, unresolvable } from '../framework/status';

const MISMATCH = unresolvable("node(s) didn't match the requested node name");

/** A pod that names its node fits no other. */
export class NodeName implements Plugin {
  readonly name = 'NodeName';

  eventsToRegister(): readonly EventToRegister[] {
    return [{ resource: 'Node', action: ActionType.Add }];
  }

  filter(_state: CycleState, pod: Pod, node: NodeInfo): Status | undefined {
    const wanted = specOf(pod).nodeName;
    return wanted && wanted !== node.name ? MISMATCH : undefined;
  }
}
