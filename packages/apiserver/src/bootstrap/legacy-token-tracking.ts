import { hasReason } from '@typekube/apimachinery';
import type { corev1 } from '@typekube/api';
import type { Clock } from '@typekube/component-base';
import { dayOf, isDay } from '../authn/service-account/day';
import type { SystemClient } from './system-client';

const CONFIG_MAPS = { group: '', plural: 'configmaps' };
const NAME = 'kube-apiserver-legacy-service-account-token-tracking';
const NAMESPACE = 'kube-system';
/** Servers that do not track delete it: two kinds of servers shall not fight over it, as upstream has it. */
const CREATION_INTERVAL_MS = 30 * 60_000;

/** Keeps the ConfigMap that says since when the use of legacy tokens has been recorded: who deletes unused ones goes by it. */
export class LegacyTokenTracking {
  private createdAt = -Infinity;

  constructor(
    private readonly client: SystemClient,
    private readonly clock: Clock,
  ) {}

  async sync(): Promise<void> {
    const current = this.client.get<corev1.ConfigMap>(CONFIG_MAPS, NAMESPACE, NAME);
    if (!current) return this.create();
    if (isDay(current.data?.['since'] ?? '')) return;
    try {
      await this.client.update<corev1.ConfigMap>(CONFIG_MAPS, current.metadata, (configMap) => {
        configMap.data = { ...configMap.data, since: dayOf(this.clock.now()) };
      });
    } catch (error) {
      // It has just been deleted: the next round creates it.
      if (!hasReason(error, 'NotFound')) throw error;
    }
  }

  private async create(): Promise<void> {
    const now = this.clock.monotonic();
    if (now - this.createdAt < CREATION_INTERVAL_MS) return;
    const data = { since: dayOf(this.clock.now()) };
    await this.client.ensure(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME, namespace: NAMESPACE }, data } as corev1.ConfigMap);
    this.createdAt = now;
  }
}
