import { ActionType, type ClusterChange, type EventToRegister, type QueueingHint } from '../framework/events';
import { type Pod, specOf, uidOf } from '../framework/objects';
import type { Plugin } from '../framework/plugin';
import { type Status, unresolvable } from '../framework/status';

/** A pod with scheduling gates stays out of the queue until the last is taken away. */
export class SchedulingGates implements Plugin {
  readonly name = 'SchedulingGates';

  preEnqueue(pod: Pod): Status | undefined {
    const gates = specOf(pod).schedulingGates ?? [];
    return gates.length ? unresolvable(`waiting for scheduling gates: [${gates.map(({ name }) => name).join(' ')}]`) : undefined;
  }

  eventsToRegister(): readonly EventToRegister[] {
    return [{ resource: 'TargetPod', action: ActionType.UpdatePodSchedulingGatesEliminated, hint: hintForPod }];
  }
}

function hintForPod(pod: Pod, { newPod }: ClusterChange): QueueingHint {
  return newPod && uidOf(newPod) === uidOf(pod) && !specOf(newPod).schedulingGates?.length ? 'Queue' : 'Skip';
}
