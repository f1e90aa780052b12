import { FieldPath } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import { withoutStored } from '../../../shared/fields/ratchet';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { warningsForPodTemplate } from '../../../shared/pod-template/warnings';
import type { corev1 } from '../../../types';
import { validate, validateStatusUpdate } from './validate';

const TEMPLATE = FieldPath.of('spec', 'template');

export const strategy: Strategy<corev1.ReplicationController> = {
  prepareForCreate(object) {
    object.status = { replicas: 0 };
  },
  validate,
  warningsOnCreate: ({ spec }) => warningsForPodTemplate(spec?.template, TEMPLATE),
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
  },
  validateUpdate: (object, old) => withoutStored(validate(object), () => validate(old)),
  warningsOnUpdate: ({ spec }, old) => (semanticEqual(spec, old.spec) ? [] : warningsForPodTemplate(spec?.template, TEMPLATE)),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
  defaultPropagation: 'orphan',
};

export const statusStrategy: Strategy<corev1.ReplicationController> = deriveStatusStrategy(strategy, {
  validateUpdate: validateStatusUpdate,
});
