import { FieldPath, type FieldError, validateAnnotations, validateLabels } from '@typekube/apimachinery';
import type { resourcev1 } from '../../../types';
import { validateClaimSpec } from '../../../shared/device/claim-spec';
import { validateImmutable } from '../../../shared/fields/field-rules';

/** The rules of a new ResourceClaimTemplate: those of the claim it makes. */
export function validateResourceClaimTemplate(object: resourcev1.ResourceClaimTemplate): FieldError[] {
  const path = FieldPath.of('spec');
  return [
    ...validateAnnotations(object.spec?.metadata?.annotations, path.child('metadata', 'annotations')),
    ...validateLabels(object.spec?.metadata?.labels, path.child('metadata', 'labels')),
    ...validateClaimSpec(object.spec?.spec, path.child('spec')),
  ];
}

/** A ResourceClaimTemplate keeps its spec. */
export function validateResourceClaimTemplateUpdate(
  object: resourcev1.ResourceClaimTemplate,
  old: resourcev1.ResourceClaimTemplate,
): FieldError[] {
  return validateImmutable(object.spec, old.spec, FieldPath.of('spec'));
}
