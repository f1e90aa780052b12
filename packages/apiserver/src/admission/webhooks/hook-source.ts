import type { Resource } from '../../registry/resource';
import { parseObject } from '../../cache/entry';
import { compileHooks, type Hook, type WebhookConfiguration } from './hook';

/** The webhooks of one kind of configuration, compiled anew when a configuration has changed. */
export class HookSource {
  private compiled: readonly Hook[] = [];
  private stamp = -1;

  constructor(private readonly resource: Resource) {}

  get hooks(): readonly Hook[] {
    const { cache } = this.resource;
    const stamp = cache.counts.events + cache.counts.loads;
    if (stamp !== this.stamp) {
      this.compiled = compileHooks([...cache.entries.values()].map(({ bytes }) => parseObject(bytes) as WebhookConfiguration));
      this.stamp = stamp;
    }
    return this.compiled;
  }
}
