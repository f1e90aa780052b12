import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { networkingv1 } from '../../../types';
import { validateServiceCidr, validateServiceCidrUpdate } from './validate';

export const strategy: Strategy<networkingv1.ServiceCIDR> = {
  prepareForCreate: (serviceCidr) => {
    delete serviceCidr.status;
  },
  validate: (serviceCidr) => validateServiceCidr(serviceCidr),
  prepareForUpdate: (serviceCidr, old) => keepField(serviceCidr, old, 'status'),
  validateUpdate: (serviceCidr, old) => validateServiceCidrUpdate(serviceCidr, old),
};

export const statusStrategy: Strategy<networkingv1.ServiceCIDR> = deriveStatusStrategy(strategy);
