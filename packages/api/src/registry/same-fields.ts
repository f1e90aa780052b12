import type { KubeObject } from '@typekube/apimachinery';
import type { ServedVersion } from './resource-definition';

/**
 * The conversion between two versions of a kind that have the same fields: only `apiVersion` changes. The caller vouches for
 * the fields, which is why the result is taken to be of the stored form's type.
 */
export function sameFields<T extends KubeObject>(
  served: string,
  stored: string,
): NonNullable<ServedVersion<T>['conversion']> {
  return {
    toStorage: (object) => ({ ...object, apiVersion: stored }) as T,
    fromStorage: (object) => ({ ...object, apiVersion: served }),
  };
}
