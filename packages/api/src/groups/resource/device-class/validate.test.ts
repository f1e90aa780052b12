import { fieldErrorMessage } from '@typekube/apimachinery';
import type { resourcev1 } from '../../../types';
import { validateDeviceClass } from './validate';

function deviceClass(spec: resourcev1.DeviceClassSpec): resourcev1.DeviceClass {
  return { apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', metadata: { name: 'c' }, spec };
}

const LONG = { selectors: [{ cel: { expression: 'x'.repeat(10241) } }] };

describe('validateDeviceClass', () => {
  it.each<[string, resourcev1.DeviceClassSpec, string[]]>([
    ['an extended resource', { extendedResourceName: 'example.com/gpu' }, []],
    ['a native resource', { extendedResourceName: 'cpu' }, [
      'spec.extendedResourceName: Invalid value: "cpu": must be a valid extended resource name',
    ]],
    ['configuration of nothing', { config: [{}] }, ['spec.config[0].opaque: Required value']],
    ['an expression that compiles', { selectors: [{ cel: { expression: "device.driver == 'd' && device.attributes['d'].?size.orValue(1) > 0" } }] }, []],
    ['an expression that does not compile', { selectors: [{ cel: { expression: 'device.x' } }] }, [
      `spec.selectors[0].cel.expression: Invalid value: "device.x": compilation failed: ERROR: <input>:1:7: undefined field 'x'\n | device.x\n | ......^`,
    ]],
    ['an expression that is no condition', { selectors: [{ cel: { expression: 'device.driver' } }] }, [
      'spec.selectors[0].cel.expression: Invalid value: "device.driver": must evaluate to bool',
    ]],
    ['a long expression', LONG, ['spec.selectors[0].cel.expression: Too long: may not be more than 10240 bytes']],
  ])('%s', (_, spec, wanted) => {
    expect(validateDeviceClass(deviceClass(spec)).map(fieldErrorMessage)).toEqual(wanted);
  });

  it('keeps an expression that was stored', () => {
    expect(validateDeviceClass(deviceClass(LONG), deviceClass(LONG))).toEqual([]);
  });
});
