import { posix } from 'node:path';
import {
  FieldPath,
  forbidden,
  invalid,
  nameIsDNSSubdomain,
  notSupported,
  required,
  type FieldError,
} from '@typekube/apimachinery';
import { formatDiff } from '../../../shared/fields/diff';
import { FIELD_IMMUTABLE, invalidEach, isMissing, validateEnum, validateImmutable } from '../../../shared/fields/field-rules';
import { withoutStored } from '../../../shared/fields/ratchet';
import { validateNodeSelector } from '../../../shared/pod-template/validate-node-affinity';
import { validatePositiveQuantity } from '../../../shared/resources/validate';
import { ACCESS_MODES } from '../../../shared/volume/validate-claim-spec';
import type { corev1 } from '../../../types';
import { withoutBetaLabels } from './node-affinity-labels';
import { SOURCE_FIELDS, validateSources } from './validate-sources';

const SPEC = FieldPath.of('spec');
const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'] as const;
const VOLUME_MODES = ['Block', 'Filesystem'] as const;

export function validatePersistentVolume({ spec = {} }: corev1.PersistentVolume): FieldError[] {
  return [
    ...validateAccessModes(spec.accessModes ?? [], SPEC.child('accessModes')),
    ...validateCapacity(spec.capacity ?? {}, SPEC.child('capacity')),
    ...validateReclaimPolicy(spec),
    ...validateNodeAffinity(spec.nodeAffinity, SPEC.child('nodeAffinity')),
    ...validateSources(spec, SPEC),
    ...validateRecycledRoot(spec),
    ...validateClasses(spec),
  ];
}

export function validatePersistentVolumeUpdate(volume: corev1.PersistentVolume, old: corev1.PersistentVolume): FieldError[] {
  const { spec = {} } = volume;
  const oldSpec = old.spec ?? {};
  const errors = [...withoutStored(validatePersistentVolume(volume), () => validatePersistentVolume(old)), ...validateSourceUnchanged(spec, oldSpec)];
  errors.push(...validateImmutable(spec.volumeMode, oldSpec.volumeMode, FieldPath.of('volumeMode')));
  if (oldSpec.nodeAffinity) errors.push(...validateNodeAffinityUnchanged(spec.nodeAffinity, oldSpec.nodeAffinity));
  if (oldSpec.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined) {
    errors.push(forbidden(SPEC.child('volumeAttributesClassName'), 'update from non-nil value to nil is forbidden'));
  }
  return errors;
}

export function validatePersistentVolumeStatusUpdate({ metadata }: corev1.PersistentVolume): FieldError[] {
  return isMissing(metadata.resourceVersion) ? [required(FieldPath.of('resourceVersion'))] : [];
}

function validateAccessModes(modes: readonly string[], path: FieldPath): FieldError[] {
  const errors = modes.length === 0 ? [required(path)] : [];
  for (const mode of modes) errors.push(...validateEnum(mode, path, ACCESS_MODES));
  const others = modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode));
  if (modes.includes('ReadWriteOncePod') && others) {
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

function validateCapacity(capacity: Readonly<Record<string, string>>, path: FieldPath): FieldError[] {
  const entries = Object.entries(capacity);
  const errors = entries.length === 0 ? [required(path)] : [];
  if (capacity['storage'] === undefined || entries.length > 1) errors.push(notSupported(path, capacity, ['storage']));
  return [...errors, ...entries.flatMap(([name, amount]) => validatePositiveQuantity(amount, path.key(name)))];
}

function validateReclaimPolicy({ persistentVolumeReclaimPolicy: policy }: corev1.PersistentVolumeSpec): FieldError[] {
  return isMissing(policy) ? [] : validateEnum(policy, SPEC.child('persistentVolumeReclaimPolicy'), RECLAIM_POLICIES);
}

function validateNodeAffinity(affinity: corev1.VolumeNodeAffinity | undefined, path: FieldPath): FieldError[] {
  if (!affinity) return [];
  const at = path.child('required');
  return affinity.required
    ? validateNodeSelector(affinity.required, at)
    : [required(at, 'must specify required node constraints')];
}

/** Nobody wants a node's root directory emptied. */
function validateRecycledRoot({ hostPath, persistentVolumeReclaimPolicy }: corev1.PersistentVolumeSpec): FieldError[] {
  if (!hostPath?.path || persistentVolumeReclaimPolicy !== 'Recycle') return [];
  if (posix.join(hostPath.path, '.') !== '/') return [];
  return [forbidden(SPEC.child('persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'")];
}

function validateClasses(spec: corev1.PersistentVolumeSpec): FieldError[] {
  const { storageClassName, volumeMode, volumeAttributesClassName: attributesClass } = spec;
  const errors: FieldError[] = [];
  if (!isMissing(storageClassName)) {
    errors.push(...invalidEach(SPEC.child('storageClassName'), storageClassName, nameIsDNSSubdomain(storageClassName, false)));
  }
  if (volumeMode !== undefined) errors.push(...validateEnum(volumeMode, SPEC.child('volumeMode'), VOLUME_MODES));
  if (attributesClass === undefined) return errors;
  const path = SPEC.child('volumeAttributesClassName');
  if (attributesClass === '') errors.push(required(path, 'an empty string is disallowed'));
  else errors.push(...invalidEach(path, attributesClass, nameIsDNSSubdomain(attributesClass, false)));
  if (!spec.csi) errors.push(required(SPEC.child('csi'), 'has to be specified when using volumeAttributesClassName'));
  return errors;
}

/** The source stays; a CSI volume may get a `controllerExpandSecretRef` that it had not. */
function validateSourceUnchanged(spec: corev1.PersistentVolumeSpec, old: corev1.PersistentVolumeSpec): FieldError[] {
  const before = sourceOf(old);
  const after = sourceOf(spec);
  if (after.csi && old.csi && !old.csi.controllerExpandSecretRef) {
    after.csi = { ...after.csi, controllerExpandSecretRef: undefined };
  }
  if (validateImmutable(after, before, SPEC).length === 0) return [];
  const diff = formatDiff('core.PersistentVolumeSource', before, after);
  const detail = `spec.persistentvolumesource is immutable after creation\n${diff}`;
  return [forbidden(SPEC.child('persistentvolumesource'), detail)];
}

function sourceOf(spec: corev1.PersistentVolumeSpec): corev1.PersistentVolumeSpec {
  return Object.fromEntries(SOURCE_FIELDS.filter((field) => spec[field] !== undefined).map((field) => [field, spec[field]]));
}

function validateNodeAffinityUnchanged(
  affinity: corev1.VolumeNodeAffinity | undefined,
  old: corev1.VolumeNodeAffinity,
): FieldError[] {
  const renamed = withoutBetaLabels(old, affinity);
  if (validateImmutable(affinity, renamed, SPEC).length === 0) return [];
  return [invalid(FieldPath.of('nodeAffinity'), affinity, `${FIELD_IMMUTABLE}, except for updating from beta label to GA`)];
}
