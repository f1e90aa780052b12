import { FieldPath } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { warningsForPodTemplate } from '../../../shared/pod-template/warnings';
import type { appsv1 } from '../../../types';
import { validate, validateStatusUpdate, validateUpdate } from './validate';

const TEMPLATE = FieldPath.of('spec', 'template');

export const strategy: Strategy<appsv1.Deployment> = {
  prepareForCreate(object) {
    object.status = {};
  },
  validate,
  warningsOnCreate: ({ spec }) => warningsForPodTemplate(spec?.template, TEMPLATE),
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
    // Annotations go on to replica sets, so a change of them is a new generation too.
    if (!semanticEqual(object.metadata.annotations, old.metadata.annotations)) {
      object.metadata.generation = (old.metadata.generation ?? 0) + 1;
    }
  },
  validateUpdate,
  warningsOnUpdate: ({ spec }, old) => (semanticEqual(spec, old.spec) ? [] : warningsForPodTemplate(spec?.template, TEMPLATE)),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};

export const statusStrategy: Strategy<appsv1.Deployment> = deriveStatusStrategy(strategy, {
  metadata: 'labels-kept',
  validateUpdate: validateStatusUpdate,
});
