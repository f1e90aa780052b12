import { formatTime, hasReason, jsonEqual } from '@typekube/apimachinery';
import type { corev1, discoveryv1 } from '@typekube/api';
import type { ObjectSource } from '../admission/object-source';
import type { SystemClient } from '../bootstrap/system-client';
import { type ServiceState, failedCheck, PASSED, type Availability, whyUnavailable, withAvailability } from './plan-availability';
import { type APIService, API_SERVICES, type RemoteApi } from './remote-api';
import { SERVICE_LABEL } from '../service-routing/service-resolver';

export interface AvailabilityOptions {
  readonly client: SystemClient;
  readonly services: ObjectSource<corev1.Service>;
  readonly slices: ObjectSource<discoveryv1.EndpointSlice>;
  /** Looks whether the server behind an API service answers; rejects with why it does not. */
  readonly check: (api: RemoteApi) => Promise<void>;
  readonly onStatus: (api: RemoteApi, found: Availability) => void;
}

/** Finds out whether an API service is available and says so in its status. Rejects where its server does not answer, to be asked again. */
export async function updateAvailability(api: RemoteApi, options: AvailabilityOptions): Promise<void> {
  const why = whyUnavailable(api, stateOf(api, options));
  if (why) return writeAvailability(api, why, options);
  try {
    await options.check(api);
  } catch (error) {
    await writeAvailability(api, failedCheck((error as Error).message), options);
    throw error;
  }
  await writeAvailability(api, PASSED, options);
}

function stateOf({ service: { namespace, name } }: RemoteApi, { services, slices }: AvailabilityOptions): ServiceState {
  const service = services.get(namespace, name);
  return { service, slices: service ? slices.list(namespace).filter(({ metadata }) => metadata.labels?.[SERVICE_LABEL] === name) : [] };
}

/** Nothing is written where nothing has changed. */
async function writeAvailability({ name, ...api }: RemoteApi, found: Availability, { client, onStatus }: AvailabilityOptions): Promise<void> {
  onStatus({ name, ...api }, found);
  const current = client.get<APIService>(API_SERVICES, '', name);
  if (!current) return;
  const conditionsOf = ({ status }: APIService): ReturnType<typeof withAvailability> => withAvailability(status?.conditions ?? [], found, formatTime(new Date()));
  if (jsonEqual(conditionsOf(current), current.status?.conditions ?? [])) return;
  try {
    await client.update<APIService>(API_SERVICES, current.metadata, (newest) => void (newest.status = { ...newest.status, conditions: conditionsOf(newest) }), 'status');
  } catch (error) {
    // It has been deleted meanwhile, or somebody else has just said so: the change comes back as an event.
    if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error;
  }
}
