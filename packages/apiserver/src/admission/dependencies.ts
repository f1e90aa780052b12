import type { KubeObject } from '@typekube/apimachinery';
import type { Store } from '@typekube/storage';
import type { Authorizer } from '../authz/authorizer';
import type { SystemClient } from '../bootstrap/system-client';
import type { Endpoints } from '../registry/endpoints';
import type { AdmissionMetrics } from './metrics';
import { CachedObjects, type ObjectSource } from './object-source';

/** What plugins are made from. */
export interface AdmissionDependencies {
  /** The objects of a built-in resource. */
  objects<T extends KubeObject>(group: string, plural: string): ObjectSource<T>;
  readonly endpoints: Endpoints;
  readonly store: Store;
  readonly authorizer: Authorizer;
  /** Writes on the server's own behalf. */
  readonly client: SystemClient;
  /** Aborted when the server ends: plugins that hold connections let them go. */
  readonly stopping: AbortSignal;
  /** Absent where nothing is measured. */
  readonly metrics?: Pick<AdmissionMetrics, 'webhooks' | 'policies' | 'podSecurity'> | undefined;
  readonly log: { info(message: string): void; error(message: string, error?: unknown): void };
}

/** Looks objects up in the caches of the server. */
export function admissionDependencies(given: Omit<AdmissionDependencies, 'objects'>): AdmissionDependencies {
  return {
    ...given,
    objects: <T extends KubeObject>(group: string, plural: string) =>
      new CachedObjects<T>(given.endpoints.resource(group, plural), given.store),
  };
}
