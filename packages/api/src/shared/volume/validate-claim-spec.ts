import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  isDNS1123Subdomain,
  nameIsDNSLabel,
  nameIsDNSSubdomain,
  notSupported,
  required,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { invalidEach, isMissing } from '../fields/field-rules';
import { ratcheted, validateSelectorRatcheted } from '../fields/ratchet';
import { validatePositiveQuantity, validateResourceQuantityValue } from '../resources/validate';

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const VOLUME_MODES = ['Block', 'Filesystem'];

/** What a volume claim asks for, standing alone or in a template (ValidatePersistentVolumeClaimSpec). */
export function validateClaimSpec(spec: corev1.PersistentVolumeClaimSpec, path: FieldPath): FieldError[] {
  const { selector, storageClassName, volumeMode, volumeAttributesClassName } = spec;
  const errors = validateAccessModes(spec.accessModes ?? [], path.child('accessModes'), selector, path);
  errors.push(...validateStorageRequest(spec.resources?.requests?.storage, path.child('resources').key('storage')));
  if (!isMissing(storageClassName)) errors.push(...validateClassName(storageClassName, path.child('storageClassName')));
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) {
    errors.push(notSupported(path.child('volumeMode'), volumeMode, VOLUME_MODES));
  }
  errors.push(...validateDataSources(spec, path));
  if (!isMissing(volumeAttributesClassName)) {
    errors.push(...validateClassName(volumeAttributesClassName, path.child('volumeAttributesClassName')));
  }
  return errors;
}

function validateClassName(name: string, path: FieldPath): FieldError[] {
  return invalidEach(path, name, nameIsDNSSubdomain(name, false));
}

function validateAccessModes(
  modes: readonly string[],
  path: FieldPath,
  selector: corev1.PersistentVolumeClaimSpec['selector'],
  specPath: FieldPath,
): FieldError[] {
  const errors = modes.length === 0 ? [required(path, 'at least 1 access mode is required')] : [];
  errors.push(...validateSelectorRatcheted(selector, specPath.child('selector'), 'values in selectors of claims'));
  for (const mode of modes) if (!ACCESS_MODES.includes(mode)) errors.push(notSupported(path, mode, ACCESS_MODES));
  const others = modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode));
  if (modes.includes('ReadWriteOncePod') && others) {
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

function validateStorageRequest(amount: string | undefined, path: FieldPath): FieldError[] {
  if (amount === undefined) return [required(path)];
  const errors = validatePositiveQuantity(amount, path);
  return errors.length > 0 ? errors : validateResourceQuantityValue('storage', amount, path);
}

function validateDataSources({ dataSource, dataSourceRef }: corev1.PersistentVolumeClaimSpec, path: FieldPath): FieldError[] {
  const errors = [
    ...(dataSource ? validateReference(dataSource, path.child('dataSource')) : []),
    ...(dataSourceRef ? validateReference(dataSourceRef, path.child('dataSourceRef')) : []),
  ];
  const namespace = dataSourceRef?.namespace;
  if (!isMissing(namespace)) {
    errors.push(...invalidEach(path.child('dataSourceRef', 'namespace'), namespace, nameIsDNSLabel(namespace, false)));
  }
  if (!dataSource || !dataSourceRef) return errors;
  const bad = path.child('dataSource').toString();
  if (!isMissing(namespace)) {
    errors.push(invalid(path, bad, 'may not be specified when dataSourceRef.namespace is specified'));
  } else if (!sameReference(dataSource, dataSourceRef)) {
    errors.push(invalid(path, bad, 'must match dataSourceRef'));
  }
  return errors;
}

function sameReference(a: corev1.TypedLocalObjectReference, b: corev1.TypedObjectReference): boolean {
  return a.apiGroup === b.apiGroup && a.kind === b.kind && a.name === b.name;
}

function validateReference(reference: corev1.TypedLocalObjectReference, path: FieldPath): FieldError[] {
  const { apiGroup, kind, name } = reference;
  const errors: FieldError[] = [];
  if (isMissing(name)) errors.push(required(path.child('name')));
  if (isMissing(kind)) errors.push(required(path.child('kind')));
  if (isMissing(apiGroup)) {
    if (kind === 'PersistentVolumeClaim') return errors;
    return [...errors, invalid(path, kind ?? '', "must be 'PersistentVolumeClaim' when referencing the default apiGroup")];
  }
  return [...errors, ...ratcheted('API groups of data sources', invalidEach(path.child('apiGroup'), apiGroup, isDNS1123Subdomain(apiGroup)))];
}
