import type { Strategy } from '../../../registry/resource-definition';
import type { certificatesv1beta1 } from '../../../types';
import { validateClusterTrustBundle, validateClusterTrustBundleUpdate } from './validate';

/** How a ClusterTrustBundle is written. Its name depends on its signer, so it is checked with the rest. */
export const strategy: Strategy<certificatesv1beta1.ClusterTrustBundle> = {
  validateName: () => [],
  validate: (object) => validateClusterTrustBundle(object),
  validateUpdate: (object, old) => validateClusterTrustBundleUpdate(object, old),
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
