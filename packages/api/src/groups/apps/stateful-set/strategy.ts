import { FieldPath, nameIsDNSLabel } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { warningsForPodTemplate } from '../../../shared/pod-template/warnings';
import { warningsForClaimSpec } from '../../../shared/pod-template/warnings-volumes';
import type { appsv1 } from '../../../types';
import { validate, validateStatusUpdate, validateUpdate } from './validate';

const SPEC = FieldPath.of('spec');

function warnings({ spec }: appsv1.StatefulSet): string[] {
  const claims = (spec?.volumeClaimTemplates ?? []).flatMap((claim, i) =>
    claim.spec ? warningsForClaimSpec(claim.spec, SPEC.child('volumeClaimTemplates').index(i).child('spec')) : [],
  );
  const limit = spec?.revisionHistoryLimit ?? 0;
  const history = 'a negative value retains all historical revisions; a value >= 0 is recommended';
  return [
    ...warningsForPodTemplate(spec?.template, SPEC.child('template')),
    ...claims,
    ...(limit < 0 ? [`${SPEC.child('revisionHistoryLimit')}: ${history}`] : []),
  ];
}

export const strategy: Strategy<appsv1.StatefulSet> = {
  validateName: nameIsDNSLabel,
  prepareForCreate(object) {
    object.status = { replicas: 0, availableReplicas: 0 };
  },
  validate,
  warningsOnCreate: warnings,
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
  },
  validateUpdate,
  warningsOnUpdate: (object, old) => (semanticEqual(object.spec, old.spec) ? [] : warnings(object)),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};

export const statusStrategy: Strategy<appsv1.StatefulSet> = deriveStatusStrategy(strategy, {
  validateUpdate: validateStatusUpdate,
});
