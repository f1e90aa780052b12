import { fieldErrorMessage } from '@typekube/apimachinery';
import type { storagemigrationv1beta1 } from '../../../types';
import {
  validateStorageVersionMigration,
  validateStorageVersionMigrationStatus,
  validateStorageVersionMigrationUpdate,
} from './validate';

function migration(resource: string, ...types: string[]): storagemigrationv1beta1.StorageVersionMigration {
  const conditions = types.map((type) => ({
    type,
    status: 'True' as const,
    reason: 'R',
    message: '',
    lastTransitionTime: '2026-01-02T03:04:05Z',
  }));
  return {
    apiVersion: 'storagemigration.k8s.io/v1beta1',
    kind: 'StorageVersionMigration',
    metadata: { name: 'm' },
    spec: { resource: { group: 'apps', resource } },
    status: { conditions },
  };
}

describe('StorageVersionMigration', () => {
  it('names a resource and keeps it', () => {
    expect(validateStorageVersionMigration(migration('')).map(fieldErrorMessage)).toEqual([
      'spec.resource.resource: Required value: resource is required',
    ]);
    expect(validateStorageVersionMigrationUpdate(migration('a'), migration('b')).map(fieldErrorMessage)).toEqual([
      'spec.resource.resource: Invalid value: "a": field is immutable',
    ]);
  });

  it('does not run once it is over', () => {
    const errors = validateStorageVersionMigrationStatus(migration('a', 'Succeeded', 'Running'), migration('a'));
    expect(errors.map(({ detail }) => detail)).toEqual(['Running condition cannot be true when success condition is true']);
    expect(validateStorageVersionMigrationStatus(migration('a'), migration('a', 'Failed')).map(({ detail }) => detail)).toEqual([
      'Failed condition cannot be set to false once it is true',
    ]);
  });
});
