import type { Strategy } from '../../../registry/resource-definition';
import type { corev1 } from '../../../types';

/** Read only: nothing is ever written. */
export const strategy: Strategy<corev1.ComponentStatus> = {};
