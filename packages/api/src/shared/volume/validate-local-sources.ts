import { type FieldError, type FieldPath, invalid, notSupported, required } from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { isMissing } from '../fields/field-rules';
import { validateObjectFieldSelector, validateResourceFieldSelector, VOLUME_FIELDS } from '../pod-template/validate-field-refs';
import {
  validateFileMode,
  validateLocalDescendingPath,
  validateLocalNonReservedPath,
  validateNoBacksteps,
} from './validate-paths';

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

export function validateHostPath(source: corev1.HostPathVolumeSource, path: FieldPath): FieldError[] {
  if (isMissing(source.path)) return [required(path.child('path'))];
  const errors = validateNoBacksteps(source.path, path.child('path'));
  if (source.type !== undefined && !HOST_PATH_TYPES.includes(source.type)) {
    errors.push(notSupported(path.child('type'), source.type, HOST_PATH_TYPES));
  }
  return errors;
}

export function validateGitRepo(source: corev1.GitRepoVolumeSource, path: FieldPath): FieldError[] {
  const errors = isMissing(source.repository) ? [required(path.child('repository'))] : [];
  return [...errors, ...validateLocalDescendingPath(source.directory ?? '', path.child('directory'))];
}

export function validateSecretVolume(source: corev1.SecretVolumeSource, path: FieldPath): FieldError[] {
  const errors = isMissing(source.secretName) ? [required(path.child('secretName'))] : [];
  return [
    ...errors,
    ...validateFileMode(source.defaultMode, path.child('defaultMode')),
    ...validateItems(source.items, path.child('items')),
  ];
}

export function validateConfigMapVolume(source: corev1.ConfigMapVolumeSource, path: FieldPath): FieldError[] {
  const errors = isMissing(source.name) ? [required(path.child('name'))] : [];
  return [
    ...errors,
    ...validateFileMode(source.defaultMode, path.child('defaultMode')),
    ...validateItems(source.items, path.child('items')),
  ];
}

function validateItems(items: readonly corev1.KeyToPath[] | undefined, path: FieldPath): FieldError[] {
  return (items ?? []).flatMap((item, i) => validateKeyToPath(item, path.index(i)));
}

/** One key of a secret or config map and the file it becomes. */
export function validateKeyToPath(item: corev1.KeyToPath, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (isMissing(item.key)) errors.push(required(path.child('key')));
  if (isMissing(item.path)) errors.push(required(path.child('path')));
  return [
    ...errors,
    ...validateLocalNonReservedPath(item.path ?? '', path.child('path')),
    ...validateFileMode(item.mode, path.child('mode')),
  ];
}

export function validateDownwardApiVolume(source: corev1.DownwardAPIVolumeSource, path: FieldPath): FieldError[] {
  const errors = validateFileMode(source.defaultMode, path.child('defaultMode'));
  // Upstream names the source, not the item, in errors about an item.
  for (const file of source.items ?? []) errors.push(...validateDownwardApiFile(file, path));
  return errors;
}

/** One file of the downward API: a field of the pod or a resource of one of its containers. */
export function validateDownwardApiFile(file: corev1.DownwardAPIVolumeFile, path: FieldPath): FieldError[] {
  const errors = isMissing(file.path) ? [required(path.child('path'))] : [];
  errors.push(...validateLocalNonReservedPath(file.path ?? '', path.child('path')));
  if (file.fieldRef) {
    errors.push(...validateObjectFieldSelector(file.fieldRef, path.child('fieldRef'), VOLUME_FIELDS));
    if (file.resourceFieldRef) {
      errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
    }
  } else if (file.resourceFieldRef) {
    errors.push(
      ...validateResourceFieldSelector(file.resourceFieldRef, path.child('resourceFieldRef'), { containerRequired: true }),
    );
  } else {
    errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  }
  return [...errors, ...validateFileMode(file.mode, path.child('mode'))];
}
