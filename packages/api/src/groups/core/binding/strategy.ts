import type { Strategy } from '../../../registry/resource-definition';
import type { corev1 } from '../../../types';
import { validateBinding } from './validate';

export const strategy: Strategy<corev1.Binding> = { validate: (binding) => validateBinding(binding) };
