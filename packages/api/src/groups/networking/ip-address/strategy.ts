import type { Strategy } from '../../../registry/resource-definition';
import type { networkingv1 } from '../../../types';
import { validateIpAddress, validateIpAddressName, validateIpAddressUpdate } from './validate';

export const strategy: Strategy<networkingv1.IPAddress> = {
  validateName: (name) => validateIpAddressName(name),
  validate: (address) => validateIpAddress(address),
  validateUpdate: (address, old) => validateIpAddressUpdate(address, old),
};
