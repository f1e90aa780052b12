import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { corev1 } from '../../../types';
import { validateResourceQuota, validateResourceQuotaStatusUpdate, validateResourceQuotaUpdate } from './validate';

export const strategy: Strategy<corev1.ResourceQuota> = {
  prepareForCreate: (quota) => {
    delete quota.status;
  },
  validate: (quota) => validateResourceQuota(quota),
  prepareForUpdate: (quota, old) => keepField(quota, old, 'status'),
  validateUpdate: (quota, old) => validateResourceQuotaUpdate(quota, old),
};

export const statusStrategy: Strategy<corev1.ResourceQuota> = deriveStatusStrategy(strategy, {
  validateUpdate: (quota) => validateResourceQuotaStatusUpdate(quota),
});
