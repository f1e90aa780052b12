import { fieldErrorMessage } from '@typekube/apimachinery';
import type { resourcev1 } from '../../../types';
import { validateResourceSlice } from './validate';

function slice(spec: Partial<resourcev1.ResourceSliceSpec>): resourcev1.ResourceSlice {
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceSlice',
    metadata: { name: 's' },
    spec: { driver: 'd.example.com', nodeName: 'n', pool: { name: 'p', generation: 1, resourceSliceCount: 1 }, ...spec },
  };
}

const device = (fields: Partial<resourcev1.Device>): Partial<resourcev1.ResourceSliceSpec> => ({ devices: [{ name: 'a', ...fields }] });

describe('validateResourceSlice', () => {
  it.each<[string, Partial<resourcev1.ResourceSliceSpec>, string[]]>([
    ['a device', device({ attributes: { model: { string: 'x' } }, capacity: { memory: { value: '1Gi' } } }), []],
    ['two places', { allNodes: true }, [
      'spec: Invalid value: "{`nodeName`, `allNodes`}": exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required, but multiple fields are set',
    ]],
    ['an attribute of two types', device({ attributes: { a: { int: 1, bool: true } } }), [
      'spec.devices[0].attributes[a]: Invalid value: {"int":1,"bool":true}: exactly one value must be specified',
    ]],
    ['a version that is none', device({ attributes: { a: { version: '1' } } }), [
      'spec.devices[0].attributes[a].version: Invalid value: "1": must be a string compatible with semver.org spec 2.0.0',
    ]],
    ['a policy for one allocation', device({ capacity: { a: { value: '1', requestPolicy: { default: '1' } } } }), [
      'spec.devices[0].capacity[a].requestPolicy: Forbidden: allowMultipleAllocations must be true',
    ]],
    ['a step that misses the default', device({
      allowMultipleAllocations: true,
      capacity: { a: { value: '10', requestPolicy: { default: '4', validRange: { min: '1', step: '2' } } } },
    }), ['spec.devices[0].capacity[a].requestPolicy.validRange.step: Invalid value: "4": value is not a multiple of a given step (2) from (1)']],
    ['a place of a device', device({ nodeName: 'x' }), [
      'spec.devices[0]: Invalid value: null: `nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec',
    ]],
  ])('%s', (_, spec, wanted) => {
    expect(validateResourceSlice(slice(spec)).map(fieldErrorMessage)).toEqual(wanted);
  });
});
