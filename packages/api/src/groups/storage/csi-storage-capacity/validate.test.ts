import { fieldErrorMessage } from '@typekube/apimachinery';
import type { storagev1 } from '../../../types';
import { validateCsiStorageCapacity, validateCsiStorageCapacityUpdate } from './validate';

function capacity(fields: Partial<storagev1.CSIStorageCapacity> = {}): storagev1.CSIStorageCapacity {
  return { apiVersion: 'storage.k8s.io/v1', kind: 'CSIStorageCapacity', metadata: { name: 'c' }, storageClassName: 'k', ...fields };
}

describe('CSIStorageCapacity', () => {
  it('has a class and no negative amount', () => {
    expect(validateCsiStorageCapacity(capacity({ capacity: '1Gi' }))).toEqual([]);
    expect(validateCsiStorageCapacity(capacity({ capacity: '-1' })).map(fieldErrorMessage)).toEqual([
      'capacity: Invalid value: "-1": must be greater than or equal to 0',
    ]);
    expect(validateCsiStorageCapacity(capacity({ storageClassName: '' }))).toHaveLength(1);
  });

  it('stays of its class', () => {
    expect(validateCsiStorageCapacityUpdate(capacity({ storageClassName: 'x' }), capacity()).map(fieldErrorMessage)).toEqual([
      'storageClassName: Invalid value: "x": field is immutable',
    ]);
  });
});
