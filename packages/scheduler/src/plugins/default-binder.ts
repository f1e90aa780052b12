import type { CycleState } from '../framework/cycle-state';
import type { PluginHandle } from '../framework/handle';
import type { Pod } from '../framework/objects';
import type { Plugin } from '../framework/plugin';
import type { Status } from '../framework/status';

/** Binds pods with the API server's binding subresource. */
export class DefaultBinder implements Plugin {
  readonly name = 'DefaultBinder';

  constructor(private readonly handle: Pick<PluginHandle, 'writer'>) {}

  async bind(_state: CycleState, pod: Pod, nodeName: string): Promise<Status | undefined> {
    await this.handle.writer.bind(pod, nodeName);
    return undefined;
  }
}
