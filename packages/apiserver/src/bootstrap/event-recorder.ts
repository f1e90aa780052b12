import { formatTime, hasReason, type KubeObject } from '@typekube/apimachinery';
import type { corev1 } from '@typekube/api';
import type { SystemClient } from './system-client';

const EVENTS = { group: '', plural: 'events' };

/** Repeats that are remembered, to be counted in the first event instead of making another. */
const MAX_REMEMBERED = 1000;

/** Writes warnings about objects as events, for `kubectl describe`. Events are a courtesy: one that cannot be written is logged. */
export class EventRecorder {
  private readonly names = new Map<string, string>();

  constructor(
    private readonly client: SystemClient,
    private readonly component: string,
    private readonly log: { error(message: string, error?: unknown): void },
  ) {}

  async warn(object: KubeObject, reason: string, message: string): Promise<void> {
    const namespace = object.metadata.namespace || 'default';
    const key = JSON.stringify([object.kind, object.metadata.uid, reason, message]);
    const now = formatTime(new Date());
    try {
      const known = this.names.get(key);
      if (known !== undefined && (await this.repeat({ namespace, name: known }, now))) return;
      if (this.names.size >= MAX_REMEMBERED) this.names.clear();
      const name = `${object.metadata.name ?? ''}.${process.hrtime.bigint().toString(16)}`;
      await this.client.create(EVENTS, this.event(object, { reason, message, name, namespace, now }));
      this.names.set(key, name);
    } catch (error) {
      this.log.error(`Unable to write event "${reason}"`, error);
    }
  }

  /** False if the event is gone by now. */
  private async repeat(metadata: KubeObject['metadata'], now: string): Promise<boolean> {
    try {
      await this.client.update<corev1.Event>(EVENTS, metadata, (event) => {
        event.count = (event.count ?? 0) + 1;
        event.lastTimestamp = now;
      });
      return true;
    } catch (error) {
      if (hasReason(error, 'NotFound')) return false;
      throw error;
    }
  }

  private event(
    { apiVersion, kind, metadata }: KubeObject,
    { reason, message, name, namespace, now }: { reason: string; message: string; name: string; namespace: string; now: string },
  ): corev1.Event {
    const { uid, resourceVersion, name: objectName } = metadata;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: {
        apiVersion,
        kind,
        ...(objectName && { name: objectName }),
        ...(metadata.namespace && { namespace: metadata.namespace }),
        ...(uid && { uid }),
        ...(resourceVersion && { resourceVersion }),
      },
      reason,
      message,
      source: { component: this.component },
      reportingComponent: this.component,
      type: 'Warning',
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
    };
  }
}
