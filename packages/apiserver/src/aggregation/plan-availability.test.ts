import type { corev1, discoveryv1 } from '@typekube/api';
import { PASSED, whyUnavailable, withAvailability } from './plan-availability';
import { type APIService, remoteApiOf } from './remote-api';

const api = remoteApiOf({
  metadata: { name: 'v1.example.com' },
  spec: { group: 'example.com', version: 'v1', groupPriorityMinimum: 1, versionPriority: 1, service: { namespace: 'n', name: 's', port: 443 } },
} as APIService)!;

const service = (spec: object): corev1.Service => ({ metadata: {}, spec: { ports: [{ name: 'api', port: 443 }], ...spec } }) as corev1.Service;
const slice = (endpoints: object[], ports: object[] = [{ name: 'api', port: 8443 }]): discoveryv1.EndpointSlice =>
  ({ metadata: {}, addressType: 'IPv4', endpoints, ports }) as unknown as discoveryv1.EndpointSlice;
const READY = { addresses: ['10.0.0.1'] };

it.each<[string, corev1.Service | undefined, discoveryv1.EndpointSlice[], string | undefined, string | undefined]>([
  ['there is no service', undefined, [], 'ServiceNotFound', 'service/s in "n" is not present'],
  ['it has another port', service({ ports: [{ port: 80 }] }), [], 'ServicePortError', 'service/s in "n" is not listening on port 443'],
  ['nobody has made slices', service({}), [], 'EndpointsNotFound', 'cannot find endpointslices for service/s in "n"'],
  ['nobody is ready', service({}), [slice([{ ...READY, conditions: { ready: false } }])], 'MissingEndpoints', 'endpointslices for service/s in "n" have no addresses with port name "api"'],
  ['the port is another', service({}), [slice([READY], [{ name: 'x', port: 1 }])], 'MissingEndpoints', 'endpointslices for service/s in "n" have no addresses with port name "api"'],
  ['somebody is ready', service({}), [slice([READY])], undefined, undefined],
  ['it is a name elsewhere', service({ type: 'ExternalName' }), [], undefined, undefined],
])('where %s', (_, found, slices, reason, message) => {
  const why = whyUnavailable(api, { service: found, slices });
  expect(why && [why.reason, why.message]).toEqual(reason && [reason, message]);
});

it('keeps the conditions of others, and the time while the state is the same', () => {
  const others = { type: 'Other', status: 'True' as const };
  const known = { type: 'Available', status: 'True' as const, reason: 'Old', message: '', lastTransitionTime: 'then' };
  expect(withAvailability([others], PASSED, 'now')).toEqual([others, { type: 'Available', ...PASSED, lastTransitionTime: 'now' }]);
  expect(withAvailability([known, others], PASSED, 'now')).toEqual([{ type: 'Available', ...PASSED, lastTransitionTime: 'then' }, others]);
  const lost = { status: 'False' as const, reason: 'X', message: '' };
  expect(withAvailability([known], lost, 'now')).toEqual([{ type: 'Available', ...lost, lastTransitionTime: 'now' }]);
});
