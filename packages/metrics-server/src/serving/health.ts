import { type HealthCheck, HealthEndpoint, type Logger, pingCheck } from '@typekube/component-base';

export interface HealthSources {
  /** The API server has told of nodes, pods and of whom to believe. */
  readonly isSynced: () => boolean;
  readonly isStorageReady: () => boolean;
  /** Throws where no scrape has begun for too long. */
  readonly checkTimely: () => void;
  readonly log: Logger;
}

/** `/healthz`, `/livez` and `/readyz` with upstream's checks. */
export function healthEndpoints({ isSynced, isStorageReady, checkTimely, log }: HealthSources): HealthEndpoint[] {
  const informers: HealthCheck = { name: 'metadata-informer-sync', check: () => failUnless(isSynced(), 'the informers have not synced yet') };
  const storage: HealthCheck = { name: 'metric-storage-ready', check: () => failUnless(isStorageReady(), 'no metrics to serve') };
  const timely: HealthCheck = { name: 'metric-collection-timely', check: checkTimely };
  const onFailure = (check: string, error: unknown): void => log.info('Failed probe', { probe: check, error: String(error) });
  return [
    new HealthEndpoint('healthz', [pingCheck, informers], { onFailure }),
    new HealthEndpoint('livez', [pingCheck, informers, timely], { onFailure }),
    new HealthEndpoint('readyz', [pingCheck, informers, storage], { onFailure }),
  ];
}

function failUnless(isInOrder: boolean, why: string): void {
  if (!isInOrder) throw new Error(why);
}
