import { fieldErrorMessage } from '@typekube/apimachinery';
import type { resourcev1 } from '../../../types';
import { setDefaults } from './defaults';
import { validateResourceClaim } from './validate';
import { validateResourceClaimStatus } from './validate-status';

function claim(devices: resourcev1.DeviceClaim, status?: resourcev1.ResourceClaimStatus): resourcev1.ResourceClaim {
  const object: resourcev1.ResourceClaim = {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: { name: 'c', namespace: 'd' },
    spec: { devices },
    ...(status && { status }),
  };
  setDefaults(object);
  return object;
}

const GPU: resourcev1.DeviceRequest = { name: 'gpu', exactly: { deviceClassName: 'gpus' } };
const request = (exactly: Partial<resourcev1.ExactDeviceRequest>): resourcev1.DeviceClaim => ({
  requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpus', ...exactly } }],
});

describe('validateResourceClaim', () => {
  it.each<[string, resourcev1.DeviceClaim, string[]]>([
    ['one device', { requests: [GPU] }, []],
    ['no form', { requests: [{ name: 'a' }] }, [
      'spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required',
    ]],
    ['a name twice', { requests: [GPU, GPU] }, ['spec.devices.requests[1]: Duplicate value: "gpu"']],
    ['no class', request({ deviceClassName: '' }), ['spec.devices.requests[0].exactly.deviceClassName: Required value']],
    ['a count of all', request({ allocationMode: 'All', count: 2 }), [
      `spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'`,
    ]],
    ['a mode unknown', request({ allocationMode: 'Some' }), [
      'spec.devices.requests[0].exactly.allocationMode: Unsupported value: "Some": supported values: "All", "ExactCount"',
    ]],
    ['a selector without CEL', request({ selectors: [{}] }), ['spec.devices.requests[0].exactly.selectors[0].cel: Required value']],
    ['a constraint on another request', { requests: [GPU], constraints: [{ requests: ['x'], matchAttribute: 'a.com/b' }] }, [
      `spec.devices.constraints[0].requests[0]: Invalid value: "x": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'`,
    ]],
    ['an attribute without a domain', { constraints: [{ matchAttribute: 'b' }] }, [
      'spec.devices.constraints[0].matchAttribute: Invalid value: "b": a fully qualified name must be a domain and a name separated by a slash',
    ]],
  ])('%s', (_, devices, wanted) => {
    expect(validateResourceClaim(claim(devices)).map(fieldErrorMessage)).toEqual(wanted);
  });

  it('is reserved only when allocated', () => {
    const reserved = claim({ requests: [GPU] }, { reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] });
    expect(validateResourceClaimStatus(reserved, claim({ requests: [GPU] })).map(fieldErrorMessage)).toEqual([
      'status.reservedFor: Forbidden: may not be specified when `allocated` is not set',
    ]);
  });

  it('takes an allocation of its requests', () => {
    const results = [{ request: 'gpu', driver: 'd.example.com', pool: 'node/pool', device: 'gpu-0' }];
    const allocated = claim({ requests: [GPU] }, { allocation: { devices: { results } } });
    expect(validateResourceClaimStatus(allocated, claim({ requests: [GPU] }))).toEqual([]);
  });
});
