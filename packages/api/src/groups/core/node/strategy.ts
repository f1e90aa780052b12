import { FieldPath } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import { warningsForCidr } from '../../../shared/ip/warnings';
import type { corev1 } from '../../../types';
import { validateNode, validateNodeUpdate } from './validate';

/** A kubelet registers its node with the status filled in, so a creation keeps it. */
export const strategy: Strategy<corev1.Node> = {
  validate: (node) => validateNode(node),
  warningsOnCreate: warnings,
  prepareForUpdate: (node, old) => keepField(node, old, 'status'),
  validateUpdate: (node, old) => [...validateNode(node, old), ...validateNodeUpdate(node, old)],
  warningsOnUpdate: (node) => warnings(node),
};

export const statusStrategy: Strategy<corev1.Node> = deriveStatusStrategy(strategy, {
  validateUpdate: (node, old) => validateNodeUpdate(node, old),
});

function warnings({ spec = {} }: corev1.Node): string[] {
  const found: string[] = [];
  if (spec.configSource) found.push('spec.configSource: the feature is no longer supported');
  if (spec.externalID) found.push('spec.externalID: this field is deprecated, and is unused by Kubernetes');
  const path = FieldPath.of('spec', 'podCIDRs');
  return [...found, ...(spec.podCIDRs ?? []).flatMap((cidr, i) => warningsForCidr(cidr, path.index(i)))];
}
