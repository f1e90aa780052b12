import {
  FieldPath,
  forbidden,
  invalid,
  isQualifiedName,
  notSupported,
  parseQuantity,
  required,
  type FieldError,
} from '@typekube/apimachinery';
import { formatDiff } from '../../../shared/fields/diff';
import { FIELD_IMMUTABLE, invalidEach, isMissing, validateImmutable } from '../../../shared/fields/field-rules';
import { withoutStored } from '../../../shared/fields/ratchet';
import { isNativeResource } from '../../../shared/resources/resource-names';
import { compareQuantities, validateResourceQuantityValue } from '../../../shared/resources/validate';
import { validateClaimSpec } from '../../../shared/volume/validate-claim-spec';
import type { corev1 } from '../../../types';

type Claim = corev1.PersistentVolumeClaim;

const SPEC = FieldPath.of('spec');
const STATUS = FieldPath.of('status');
const STORAGE_CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';
const IMMUTABLE_SPEC =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
const RESIZE_STATUSES = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
] as const;

export function validatePersistentVolumeClaim(claim: Claim): FieldError[] {
  return validateClaimSpec(claim.spec ?? {}, SPEC);
}

export function validatePersistentVolumeClaimUpdate(claim: Claim, old: Claim): FieldError[] {
  return [
    ...withoutStored(validatePersistentVolumeClaim(claim), () => validatePersistentVolumeClaim(old)),
    ...validateStorageClassAnnotation(claim, old),
    ...validateSpecUnchanged(claim, old),
    ...validateSize(claim, old),
    ...validateImmutable(claim.spec?.volumeMode, old.spec?.volumeMode, FieldPath.of('volumeMode')),
    ...validateAttributesClass(claim.spec?.volumeAttributesClassName, old.spec?.volumeAttributesClassName),
  ];
}

/** A claim that says its class in the beta annotation may say it in the field instead. */
function movesClassFromAnnotation(claim: Claim, old: Claim): boolean {
  const before = old.metadata.annotations?.[STORAGE_CLASS_ANNOTATION];
  const after = claim.metadata.annotations?.[STORAGE_CLASS_ANNOTATION];
  const isFirst = before !== undefined && old.spec?.storageClassName === undefined;
  return isFirst && claim.spec?.storageClassName === before && (after === undefined || after === before);
}

function validateStorageClassAnnotation(claim: Claim, old: Claim): FieldError[] {
  if (movesClassFromAnnotation(claim, old)) return [];
  const before = old.metadata.annotations?.[STORAGE_CLASS_ANNOTATION] ?? '';
  const after = claim.metadata.annotations?.[STORAGE_CLASS_ANNOTATION] ?? '';
  if (before === after) return [];
  return [invalid(FieldPath.of('metadata', 'annotations', STORAGE_CLASS_ANNOTATION), after, FIELD_IMMUTABLE)];
}

/** A claim without a class may be given one, that of its annotation if it has that. */
function setsClassOnce(claim: Claim, old: Claim): boolean {
  const after = claim.spec?.storageClassName;
  if (after === undefined || old.spec?.storageClassName !== undefined) return false;
  const annotation = old.metadata.annotations?.[STORAGE_CLASS_ANNOTATION];
  return annotation === undefined || annotation === after;
}

/** The rest of the spec stays, save the volume's name, which is set once. */
function validateSpecUnchanged(claim: Claim, old: Claim): FieldError[] {
  const before: corev1.PersistentVolumeClaimSpec = { ...old.spec };
  const after: corev1.PersistentVolumeClaimSpec = { ...claim.spec };
  if (isMissing(before.volumeName)) before.volumeName = after.volumeName;
  if (movesClassFromAnnotation(claim, old) || setsClassOnce(claim, old)) after.storageClassName = before.storageClassName;
  const storage = before.resources?.requests?.['storage'];
  const isBound = claim.status?.phase === 'Bound';
  const sameSize = compareQuantities(after.resources?.requests?.['storage'], storage) === 0;
  if (after.resources?.requests && storage !== undefined && (isBound || sameSize)) {
    after.resources = { ...after.resources, requests: { ...after.resources.requests, storage } };
  }
  if (isBound && after.volumeAttributesClassName !== undefined) {
    after.volumeAttributesClassName = before.volumeAttributesClassName;
  }
  if (validateImmutable(after, before, SPEC).length === 0) return [];
  return [forbidden(SPEC, `${IMMUTABLE_SPEC}\n${formatDiff('core.PersistentVolumeClaimSpec', before, after)}`)];
}

/** A size may shrink again after a failed expansion, but not to what the volume already has. */
function validateSize(claim: Claim, old: Claim): FieldError[] {
  const size = claim.spec?.resources?.requests?.['storage'];
  const shrinks = compareQuantities(size, old.spec?.resources?.requests?.['storage']) < 0;
  if (!shrinks || compareQuantities(size, old.status?.capacity?.['storage']) > 0) return [];
  return [forbidden(SPEC.child('resources', 'requests', 'storage'), 'field can not be less than status.capacity')];
}

function validateAttributesClass(name: string | undefined, old: string | undefined): FieldError[] {
  if (old === undefined || !isMissing(name)) return [];
  const what = name === undefined ? 'nil' : 'an empty string';
  return [forbidden(SPEC.child('volumeAttributesClassName'), `update from non-nil value to ${what} is forbidden`)];
}

export function validatePersistentVolumeClaimStatusUpdate(claim: Claim): FieldError[] {
  const { status = {} } = claim;
  const errors = isMissing(claim.metadata.resourceVersion) ? [required(FieldPath.of('resourceVersion'))] : [];
  if (!claim.spec?.accessModes?.length) errors.push(required(FieldPath.of('Spec', 'accessModes')));
  for (const [name, amount] of Object.entries(status.capacity ?? {})) {
    errors.push(...validateAmount(amount, STATUS.child('capacity').key(name)));
  }
  for (const [name, resize] of Object.entries(status.allocatedResourceStatuses ?? {})) {
    const path = STATUS.child('allocatedResourceStatus');
    errors.push(...validateResourceKey(name, path));
    if (!RESIZE_STATUSES.some((known) => known === resize)) errors.push(notSupported(path, name, RESIZE_STATUSES));
  }
  for (const [name, amount] of Object.entries(status.allocatedResources ?? {})) {
    errors.push(...validateAllocated(name, amount, STATUS.child('allocatedResources')));
  }
  return errors;
}

function validateAllocated(name: string, amount: string, path: FieldPath): FieldError[] {
  const keyErrors = validateResourceKey(name, path);
  if (keyErrors.length > 0) return keyErrors;
  const errors = validateAmount(amount, path.key(name));
  return errors.length > 0 ? errors : validateResourceQuantityValue('storage', amount, path.key(name));
}

/** Of the native resources, claims know storage only. */
function validateResourceKey(name: string, path: FieldPath): FieldError[] {
  const errors = invalidEach(path, name, isQualifiedName(name));
  if (errors.length > 0 || !isNativeResource(name) || name === 'storage') return errors;
  return [notSupported(path, name, ['storage'])];
}

function validateAmount(amount: string, path: FieldPath): FieldError[] {
  const value = parseQuantity(amount).value();
  return value < 0n ? [invalid(path, Number(value), 'must be a valid resource quantity')] : [];
}
