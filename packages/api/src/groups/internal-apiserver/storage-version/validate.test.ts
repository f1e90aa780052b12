import { fieldErrorMessage } from '@typekube/apimachinery';
import type { apiserverinternalv1alpha1 } from '../../../types';
import { validateStorageVersionName, validateStorageVersionStatus } from './validate';

describe('StorageVersion', () => {
  it.each([
    ['apps.deployments', 0],
    ['deployments', 1],
    ['apps.Deployments', 1],
  ])('name %s', (name, problems) => {
    expect(validateStorageVersionName(name)).toHaveLength(problems);
  });

  it.each<[string, apiserverinternalv1alpha1.StorageVersionStatus, string[]]>([
    ['nothing', {}, []],
    ['agreement', {
      storageVersions: [{ apiServerID: 'a', encodingVersion: 'apps/v1', decodableVersions: ['apps/v1'] }],
      commonEncodingVersion: 'apps/v1',
    }, []],
    ['agreement not said', { storageVersions: [{ apiServerID: 'a', encodingVersion: 'v1', decodableVersions: ['v1'] }] }, [
      'status.commonEncodingVersion: Invalid value: null: the common encoding version is v1',
    ]],
    ['what cannot be read', { storageVersions: [{ apiServerID: 'a', encodingVersion: 'v1', decodableVersions: [] }], commonEncodingVersion: 'v1' }, [
      'status.storageVersions[0].decodableVersions: Invalid value: []: decodableVersions must include encodingVersion v1',
    ]],
  ])('status of %s', (_, status, wanted) => {
    const object: apiserverinternalv1alpha1.StorageVersion = {
      apiVersion: 'internal.apiserver.k8s.io/v1alpha1',
      kind: 'StorageVersion',
      metadata: { name: 'apps.deployments' },
      status,
    };
    expect(validateStorageVersionStatus(object).map(fieldErrorMessage)).toEqual(wanted);
  });
});
