import type { Strategy } from '../../../registry/resource-definition';
import type { networkingv1 } from '../../../types';
import { validateIngressClass, validateIngressClassUpdate } from './validate';

export const strategy: Strategy<networkingv1.IngressClass> = {
  validate: (ingressClass) => validateIngressClass(ingressClass),
  validateUpdate: (ingressClass, old) => validateIngressClassUpdate(ingressClass, old),
  tracksGeneration: true,
};
