import { fieldErrorMessage } from '@typekube/apimachinery';
import type { storagev1 } from '../../../types';
import { setDefaults } from './defaults';
import { validateCsiDriver, validateCsiDriverUpdate } from './validate';

function driver(spec: storagev1.CSIDriverSpec): storagev1.CSIDriver {
  const object: storagev1.CSIDriver = { apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: 'd' }, spec };
  setDefaults(object);
  return object;
}

it('takes a driver without a spec as one that says nothing', () => {
  const object: Partial<storagev1.CSIDriver> = { metadata: { name: 'd' } };
  setDefaults(object as storagev1.CSIDriver);
  expect(validateCsiDriver(object as storagev1.CSIDriver)).toEqual([]);
});

describe('validateCsiDriver', () => {
  it.each<[string, storagev1.CSIDriverSpec, string[]]>([
    ['defaults', {}, []],
    [
      'an unknown policy',
      { fsGroupPolicy: 'X' },
      ['spec.fsGroupPolicy: Unsupported value: "X": supported values: "File", "None", "ReadWriteOnceWithFSType"'],
    ],
    ['an audience twice', { tokenRequests: [{ audience: 'a' }, { audience: 'a' }] }, ['spec.tokenRequests[1].audience: Duplicate value: "a"']],
    [
      'a token too short',
      { tokenRequests: [{ audience: '', expirationSeconds: 599 }] },
      ['spec.tokenRequests[0].expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes'],
    ],
    [
      'an unknown mode',
      { volumeLifecycleModes: ['Eternal'] },
      ['spec.volumeLifecycleModes: Unsupported value: "Eternal": supported values: "Persistent", "Ephemeral"'],
    ],
    [
      'too frequent updates',
      { nodeAllocatableUpdatePeriodSeconds: 9 },
      ['spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: must be greater than or equal to 10 seconds'],
    ],
  ])('%s', (_, spec, wanted) => {
    expect(validateCsiDriver(driver(spec)).map(fieldErrorMessage)).toEqual(wanted);
  });

  it('keeps whether it attaches', () => {
    expect(validateCsiDriverUpdate(driver({ attachRequired: false }), driver({})).map(fieldErrorMessage)).toEqual([
      'spec.attachedRequired: Invalid value: false: field is immutable',
    ]);
  });
});
