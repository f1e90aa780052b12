import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { certificatesv1beta1 } from '../../../types';
import { validatePodCertificateRequest, validatePodCertificateRequestUpdate } from './validate';
import { validatePodCertificateRequestStatus } from './validate-status';

/** How a PodCertificateRequest is written: by a kubelet, once. */
export const strategy: Strategy<certificatesv1beta1.PodCertificateRequest> = {
  prepareForCreate(object) {
    delete object.status;
  },
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
  },
  validate: (object) => validatePodCertificateRequest(object),
  validateUpdate: (object, old) => validatePodCertificateRequestUpdate(object, old),
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};

/** How a signer answers. */
export const statusStrategy = deriveStatusStrategy(strategy, {
  metadata: 'kept',
  validateUpdate: (object, old, context) => validatePodCertificateRequestStatus(object, old, context.now),
});
