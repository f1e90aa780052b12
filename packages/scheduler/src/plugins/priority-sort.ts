import { podPriority } from '../framework/objects';
import type { Plugin } from '../framework/plugin';
import type { QueuedPod } from '../framework/queued-pod';

/** Higher priority first, then who has waited longer. */
export class PrioritySort implements Plugin {
  readonly name = 'PrioritySort';

  less(a: QueuedPod, b: QueuedPod): boolean {
    const [first, second] = [podPriority(a.pod), podPriority(b.pod)];
    return first > second || (first === second && a.timestamp < b.timestamp);
  }
}
