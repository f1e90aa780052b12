import { fieldErrorMessage } from '@typekube/apimachinery';
import type { storagev1 } from '../../../types';
import { setDefaults } from './defaults';
import { strategy } from './strategy';
import { validateStorageClass } from './validate';

const CONTEXT = { user: { name: 'u', groups: [] }, now: new Date(0) };

function storageClass(fields: Partial<storagev1.StorageClass>): storagev1.StorageClass {
  const object: storagev1.StorageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'c' },
    provisioner: 'example.com/disk',
    ...fields,
  };
  setDefaults(object);
  return object;
}

describe('validateStorageClass', () => {
  it.each<[string, Partial<storagev1.StorageClass>, string[]]>([
    ['defaults', {}, []],
    ['upper case', { provisioner: 'Example.com/Disk' }, []],
    ['no provisioner', { provisioner: '' }, ['provisioner: Required value']],
    ['recycling', { reclaimPolicy: 'Recycle' }, ['reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"']],
    [
      'an unknown binding mode',
      { volumeBindingMode: 'Later' },
      ['volumeBindingMode: Unsupported value: "Later": supported values: "Immediate", "WaitForFirstConsumer"'],
    ],
    ['an empty parameter', { parameters: { '': 'x' } }, ['parameters: Invalid value: "": field can not be empty.']],
    ['large parameters', { parameters: { a: 'x'.repeat(256 * 1024) } }, ['parameters: Too long: may not be more than 262144 bytes']],
    [
      'an empty topology',
      { allowedTopologies: [{}] },
      ['allowedTopologies[0].matchLabelExpressions: Duplicate value: ""'],
    ],
    [
      'a topology twice',
      {
        allowedTopologies: [
          { matchLabelExpressions: [{ key: 'zone', values: ['a'] }] },
          { matchLabelExpressions: [{ key: 'zone', values: ['a'] }] },
        ],
      },
      ['allowedTopologies[1].matchLabelExpressions: Duplicate value: ""'],
    ],
  ])('%s', (_, fields, wanted) => {
    expect(validateStorageClass(storageClass(fields)).map(fieldErrorMessage)).toEqual(wanted);
  });

  it.each<[string, Partial<storagev1.StorageClass>, string]>([
    ['parameters', { parameters: { a: 'b' } }, 'parameters: Forbidden: updates to parameters are forbidden.'],
    ['provisioner', { provisioner: 'x.io/y' }, 'provisioner: Forbidden: updates to provisioner are forbidden.'],
    ['reclaim policy', { reclaimPolicy: 'Retain' }, 'reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.'],
    [
      'binding mode',
      { volumeBindingMode: 'WaitForFirstConsumer' },
      'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
    ],
  ])('keeps its %s', (_, fields, wanted) => {
    const errors = strategy.validateUpdate?.(storageClass(fields), storageClass({}), CONTEXT) ?? [];
    expect(errors.map(fieldErrorMessage)).toEqual([wanted]);
  });
});
