import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  isDNS1123Label,
  notSupported,
  required,
  selectorFromLabelSelector,
  SelectorError,
} from '@typekube/apimachinery';
import { keepField } from '../../../registry/status-strategy';
import { invalidEach, isMissing, validateNonnegativeField } from '../../../shared/fields/field-rules';
import { ratcheted, withoutStored } from '../../../shared/fields/ratchet';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { validateCollisionCount, validateCounters, validatePartsOfReplicas } from '../../../shared/pod-template/replica-status';
import {
  intOrPercentValue,
  validateNotMoreThan100Percent,
  validatePositiveIntOrPercent,
} from '../../../shared/pod-template/rolling-update';
import {
  validatePodTemplate,
  validateRunsForever,
  validateTemplateMatches,
} from '../../../shared/pod-template/validate-pod-template';
import { validateWorkloadSelector } from '../../../shared/pod-template/validate-selector';
import type { appsv1, corev1 } from '../../../types';

const SPEC = FieldPath.of('spec');

/** As ValidateStatefulSet. */
export function validate(object: appsv1.StatefulSet): FieldError[] {
  const spec: Partial<appsv1.StatefulSetSpec> = object.spec ?? {};
  const { podManagementPolicy: policy, serviceName } = spec;
  const errors = validatePodManagementPolicy(policy, SPEC.child('podManagementPolicy'));
  errors.push(
    ...validateUpdateStrategy(spec.updateStrategy ?? {}, SPEC.child('updateStrategy')),
    ...validateRetention(spec.persistentVolumeClaimRetentionPolicy, SPEC.child('persistentVolumeClaimRetentionPolicy')),
    ...validateNonnegativeField(spec.replicas ?? 0, SPEC.child('replicas')),
    ...validateNonnegativeField(spec.minReadySeconds ?? 0, SPEC.child('minReadySeconds')),
    ...validateNonnegativeField(spec.ordinals?.start ?? 0, SPEC.child('ordinals.start')),
    ...validateWorkloadSelector(spec.selector, SPEC.child('selector'), 'statefulset'),
  );
  if (!isMissing(serviceName)) {
    errors.push(...ratcheted('service name', invalidEach(SPEC.child('serviceName'), serviceName, isDNS1123Label(serviceName))));
  }
  return [...errors, ...ratcheted('template of a stateful set', validateTemplate(spec))];
}

function validatePodManagementPolicy(policy: string | undefined, path: FieldPath): FieldError[] {
  if (isMissing(policy)) return [required(path)];
  return ['OrderedReady', 'Parallel'].includes(policy) ? [] : [invalid(path, policy, "must be 'OrderedReady' or 'Parallel'")];
}

function validateUpdateStrategy(strategy: appsv1.StatefulSetUpdateStrategy, path: FieldPath): FieldError[] {
  const { type, rollingUpdate } = strategy;
  const at = path.child('rollingUpdate');
  if (isMissing(type)) return [required(path)];
  if (type === 'OnDelete')
    return rollingUpdate ? [invalid(at, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'")] : [];
  if (type !== 'RollingUpdate') return [invalid(path, strategy, "must be 'RollingUpdate' or 'OnDelete'")];
  if (!rollingUpdate) return [];
  const errors = validateNonnegativeField(rollingUpdate.partition ?? 0, at.child('partition'));
  const { maxUnavailable } = rollingUpdate;
  if (maxUnavailable === undefined) return errors;
  const max = at.child('maxUnavailable');
  errors.push(...validatePositiveIntOrPercent(maxUnavailable, max));
  if (intOrPercentValue(maxUnavailable) === 0) errors.push(invalid(max, maxUnavailable, 'cannot be 0'));
  return [...errors, ...validateNotMoreThan100Percent(maxUnavailable, max)];
}

const RETENTIONS = ['Retain', 'Delete'];

function validateRetention(
  policy: appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy | undefined,
  path: FieldPath,
): FieldError[] {
  if (!policy) return [];
  return (['whenDeleted', 'whenScaled'] as const).flatMap((field) => {
    const value = policy[field] ?? '';
    return RETENTIONS.includes(value) ? [] : [notSupported(path.child(field), value, RETENTIONS)];
  });
}

/** Claims become volumes of each pod, so the template may mount them. */
function validateTemplate({ selector, template = {}, volumeClaimTemplates = [] }: Partial<appsv1.StatefulSetSpec>): FieldError[] {
  const path = SPEC.child('template');
  const claims = new Set(volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? ''));
  const volumes: corev1.Volume[] = [
    ...(template.spec?.volumes ?? []).filter(({ name }) => !claims.has(name)),
    ...[...claims].map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
  ];
  const complete = template.spec && claims.size > 0 ? { ...template, spec: { ...template.spec, volumes } } : template;
  return [
    ...validateSelectsTemplate({ selector, template }, path),
    ...validatePodTemplate(complete, path),
    ...validateRunsForever(template, path, 'StatefulSet'),
  ];
}

function validateSelectsTemplate(
  { selector, template = {} }: { selector: appsv1.StatefulSetSpec['selector'] | undefined; template?: corev1.PodTemplateSpec },
  path: FieldPath,
): FieldError[] {
  try {
    return validateTemplateMatches(template, selectorFromLabelSelector(selector), path);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    return [invalid(SPEC.child('selector'), selector, '')];
  }
}

const UPDATABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;
const NOT_UPDATABLE =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', " +
  "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

export function validateUpdate(object: appsv1.StatefulSet, old: appsv1.StatefulSet): FieldError[] {
  const errors = withoutStored(validate(object), () => validate(old));
  const spec: Partial<appsv1.StatefulSetSpec> = { ...object.spec };
  const oldSpec: Partial<appsv1.StatefulSetSpec> = old.spec ?? {};
  for (const field of UPDATABLE) keepField(spec, oldSpec, field);
  return semanticEqual(spec, oldSpec) ? errors : [...errors, forbidden(SPEC, NOT_UPDATABLE)];
}

const COUNTERS = [
  'replicas',
  'readyReplicas',
  'currentReplicas',
  'updatedReplicas',
  'availableReplicas',
  'observedGeneration',
  'collisionCount',
] as const;

export function validateStatusUpdate({ status }: appsv1.StatefulSet, old: appsv1.StatefulSet): FieldError[] {
  if (!status) return [];
  const path = FieldPath.of('status');
  const parts = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const;
  return [
    ...validateCounters(status, path, COUNTERS),
    ...validatePartsOfReplicas(status, path, { parts, readyName: 'status.readyReplicas' }),
    ...validateCollisionCount(status, old.status, path),
  ];
}
