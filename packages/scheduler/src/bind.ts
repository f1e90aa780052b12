import type { CycleState } from './framework/cycle-state';
import type { Framework } from './framework/framework';
import type { Pod } from './framework/objects';
import type { Status } from './framework/status';

export interface Binding {
  readonly framework: Framework;
  readonly state: CycleState;
  /** The assumed pod. */
  readonly pod: Pod;
  readonly nodeName: string;
  /** Called when nothing can refuse the pod any more: what happens from here on is no reason to call it unschedulable. */
  readonly onPermitted: () => void;
}

export interface BindOutcome {
  readonly isBound: boolean;
  /** Why not. */
  readonly status?: Status;
}

/** The binding cycle: waits for Permit, then PreBind, Bind and PostBind. Does not reject. */
export async function bindPod({ framework, state, pod, nodeName, onPermitted }: Binding): Promise<BindOutcome> {
  const permitted = await framework.waitOnPermit(pod);
  if (permitted) return { isBound: false, status: permitted };
  onPermitted();
  const status = (await framework.preBind(state, pod, nodeName)) ?? (await framework.bind(state, pod, nodeName));
  if (status) return { isBound: false, status };
  framework.postBind(state, pod, nodeName);
  return { isBound: true };
}
