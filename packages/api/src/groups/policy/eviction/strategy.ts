import type { Strategy } from '../../../registry/resource-definition';
import type { policyv1 } from '../../../types';

/** The body of a pod's `eviction`: it names the pod in its metadata and has no rules of its own. */
export const strategy: Strategy<policyv1.Eviction> = {};
