import type { apiregistrationv1, corev1, discoveryv1 } from '@typekube/api';
import type { RemoteApi } from './remote-api';

/** What is told of an API service in its condition `Available`. */
export interface Availability {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

export interface ServiceState {
  readonly service: corev1.Service | undefined;
  /** Those of the service. */
  readonly slices: readonly discoveryv1.EndpointSlice[];
}

export const PASSED: Availability = { status: 'True', reason: 'Passed', message: 'all checks passed' };

/** Why an API service cannot be available, by what the API knows of its service; undefined where it has to be asked (upstream's remote availability controller). */
export function whyUnavailable({ service: { namespace, name, port } }: RemoteApi, { service, slices }: ServiceState): Availability | undefined {
  const of = `service/${name} in ${JSON.stringify(namespace)}`;
  if (!service) return unavailable('ServiceNotFound', `${of} is not present`);
  if ((service.spec?.type ?? 'ClusterIP') !== 'ClusterIP') return undefined;
  const servicePort = service.spec?.ports?.find((candidate) => candidate.port === port);
  if (!servicePort) return unavailable('ServicePortError', `${of} is not listening on port ${port}`);
  if (slices.length === 0) return unavailable('EndpointsNotFound', `cannot find endpointslices for ${of}`);
  const portName = servicePort.name ?? '';
  if (slices.some((slice) => hasEndpoint(slice, portName))) return undefined;
  return unavailable('MissingEndpoints', `endpointslices for ${of} have no addresses with port name ${JSON.stringify(portName)}`);
}

/** What a look at the server itself has found. */
export function failedCheck(message: string): Availability {
  return unavailable('FailedDiscoveryCheck', message);
}

function unavailable(reason: string, message: string): Availability {
  return { status: 'False', reason, message };
}

function hasEndpoint({ endpoints = [], ports = [] }: discoveryv1.EndpointSlice, portName: string): boolean {
  return endpoints.some(({ conditions }) => conditions?.ready !== false) && ports.some((port) => (port.name ?? '') === portName && port.port !== undefined);
}

type Condition = apiregistrationv1.APIServiceCondition;

/** The conditions with this one among them: others stay, and its time is that of its last change of state. */
export function withAvailability(conditions: readonly Condition[], found: Availability, now: string): Condition[] {
  const known = conditions.find(({ type }) => type === 'Available');
  const lastTransitionTime = known?.status === found.status && known.lastTransitionTime ? known.lastTransitionTime : now;
  const condition = { type: 'Available', ...found, lastTransitionTime };
  return known ? conditions.map((each) => (each === known ? condition : each)) : [...conditions, condition];
}
