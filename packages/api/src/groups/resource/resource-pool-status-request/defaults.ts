import type { resourcev1alpha3 } from '../../../types';

const DEFAULT_LIMIT = 100;

/** The answer tells of a hundred pools at most unless it is asked for more or fewer. */
export function setDefaults(object: resourcev1alpha3.ResourcePoolStatusRequest): void {
  if (object.spec) object.spec.limit ??= DEFAULT_LIMIT;
}
