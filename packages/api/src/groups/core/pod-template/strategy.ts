import { type FieldError, FieldPath } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { withoutStored } from '../../../shared/fields/ratchet';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { validatePodTemplate } from '../../../shared/pod-template/validate-pod-template';
import { warningsForPodTemplate } from '../../../shared/pod-template/warnings';
import type { corev1 } from '../../../types';

const TEMPLATE = FieldPath.of('template');

const validate = (object: corev1.PodTemplate): FieldError[] => validatePodTemplate(object.template ?? {}, TEMPLATE);

export const strategy: Strategy<corev1.PodTemplate> = {
  validate,
  validateUpdate: (object, old) => withoutStored(validate(object), () => validate(old)),
  warningsOnCreate: (object) => warningsForPodTemplate(object.template, TEMPLATE),
  warningsOnUpdate: (object, old) =>
    semanticEqual(object.template, old.template) ? [] : warningsForPodTemplate(object.template, TEMPLATE),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};
