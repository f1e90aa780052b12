import { type Client, EventBroadcaster } from '@typekube/client';
import type { Logger } from '@typekube/component-base';
import type { RecordEvent } from './writer';

/** The events of all profiles; each reports under its own name. */
export class ProfileEvents {
  private readonly broadcasters: ReadonlyMap<string, EventBroadcaster>;

  constructor(client: Client, profiles: readonly string[], logger: Logger) {
    this.broadcasters = new Map(profiles.map((component) => [component, new EventBroadcaster({ client, component, logger })]));
  }

  /** Does not wait; what nobody reports under is dropped. */
  readonly record: RecordEvent = (reporter, pod, { type, reason, note }) => {
    this.broadcasters.get(reporter)?.event(pod, type, reason, note);
  };

  /** Writes until the signal is aborted, and a little longer what is left. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.broadcasters.values()].map((broadcaster) => broadcaster.run(signal)));
  }
}
