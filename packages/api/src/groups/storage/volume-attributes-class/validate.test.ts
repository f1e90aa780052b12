import { fieldErrorMessage } from '@typekube/apimachinery';
import type { storagev1 } from '../../../types';
import { validateVolumeAttributesClass, validateVolumeAttributesClassUpdate } from './validate';

function attributesClass(fields: Partial<storagev1.VolumeAttributesClass> = {}): storagev1.VolumeAttributesClass {
  const parameters = { iops: '1' };
  return { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttributesClass', metadata: { name: 'c' }, driverName: 'd', parameters, ...fields };
}

describe('VolumeAttributesClass', () => {
  it('has parameters', () => {
    expect(validateVolumeAttributesClass(attributesClass())).toEqual([]);
    expect(validateVolumeAttributesClass(attributesClass({ parameters: {} })).map(fieldErrorMessage)).toEqual([
      'parameters: Required value: must contain at least one key/value pair',
    ]);
  });

  it('keeps them', () => {
    const changed = attributesClass({ parameters: { iops: '2' } });
    expect(validateVolumeAttributesClassUpdate(changed, attributesClass()).map(fieldErrorMessage)).toEqual([
      'parameters: Forbidden: updates to parameters are forbidden.',
    ]);
  });
});
