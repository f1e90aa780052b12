import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  nameIsDNSSubdomain,
  required,
  validateAnnotations,
  validateLabels,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { validateCsiDriverName } from '../csi/driver-name';
import { invalidEach, isMissing, validateRequiredEnum } from '../fields/field-rules';
import { requireFields } from './validate-cloud-sources';
import { validateClaimSpec } from './validate-claim-spec';

export function validateClaimReference(source: corev1.PersistentVolumeClaimVolumeSource, path: FieldPath): FieldError[] {
  return requireFields(source, path, ['claimName']);
}

export function validateCsi(source: corev1.CSIVolumeSource, path: FieldPath): FieldError[] {
  const errors = validateCsiDriverName(source.driver, path.child('driver'));
  const { nodePublishSecretRef: secretRef } = source;
  if (!secretRef) return errors;
  if (isMissing(secretRef.name)) return [...errors, required(path.child('nodePublishSecretRef', 'name'))];
  return [...errors, ...invalidEach(path.child('name'), secretRef.name, nameIsDNSSubdomain(secretRef.name, false))];
}

export function validateFlex(source: corev1.FlexVolumeSource, path: FieldPath): FieldError[] {
  const errors = requireFields(source, path, ['driver']);
  for (const option of Object.keys(source.options ?? {})) {
    const namespace = `.${(option.split('/', 1)[0] ?? '').toLowerCase()}`;
    if (namespace.endsWith('.kubernetes.io') || namespace.endsWith('.k8s.io')) {
      errors.push(invalid(path.child('options').key(option), option, 'kubernetes.io and k8s.io namespaces are reserved'));
    }
  }
  return errors;
}

export function validateEphemeral(source: corev1.EphemeralVolumeSource, path: FieldPath): FieldError[] {
  const at = path.child('volumeClaimTemplate');
  const template = source.volumeClaimTemplate;
  if (!template) return [required(at)];
  return [
    ...validateClaimTemplateMetadata(template.metadata ?? {}, at.child('metadata')),
    ...validateClaimSpec(template.spec, at.child('spec')),
  ];
}

/** A template gives a claim its labels and annotations and nothing else. */
function validateClaimTemplateMetadata(metadata: object, path: FieldPath): FieldError[] {
  const { annotations, labels, ...others }: { annotations?: Record<string, string>; labels?: Record<string, string> } = metadata;
  return [
    ...validateAnnotations(annotations, path.child('annotations')),
    ...validateLabels(labels, path.child('labels')),
    ...Object.keys(others).map((field) => forbidden(path.child(field), 'cannot be set')),
  ];
}

export const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

/** Pods must say which image; a template may leave it to a later step. */
export function validateImage(
  source: corev1.ImageVolumeSource,
  path: FieldPath,
  { resourceIsPod }: { resourceIsPod: boolean },
): FieldError[] {
  const errors = resourceIsPod && isMissing(source.reference) ? [required(path.child('reference'))] : [];
  return [...errors, ...validateRequiredEnum(source.pullPolicy, path.child('pullPolicy'), PULL_POLICIES)];
}
