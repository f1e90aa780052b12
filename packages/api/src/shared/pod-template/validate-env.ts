import {
  type FieldError,
  type FieldPath,
  invalid,
  isConfigMapKey,
  isRelaxedEnvVarName,
  nameIsDNSSubdomain,
  required,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { invalidEach, isMissing, validateDns1123LabelField } from '../fields/field-rules';
import { validateLocalNonReservedPath } from '../volume/validate-paths';
import { ENV_FIELDS, validateObjectFieldSelector, validateResourceFieldSelector } from './validate-field-refs';

/** A container's environment variables (ValidateEnv, with relaxed names as since v1.32). */
export function validateEnv(variables: readonly corev1.EnvVar[], path: FieldPath): FieldError[] {
  return variables.flatMap((variable, i) => {
    const at = path.index(i);
    const name = at.child('name');
    const errors = isMissing(variable.name)
      ? [required(name)]
      : invalidEach(name, variable.name, isRelaxedEnvVarName(variable.name));
    return [...errors, ...validateValueFrom(variable, at.child('valueFrom'))];
  });
}

const ONE_OF = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';

function validateValueFrom({ value, valueFrom }: corev1.EnvVar, path: FieldPath): FieldError[] {
  if (!valueFrom) return [];
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom;
  const errors = [
    fieldRef && validateObjectFieldSelector(fieldRef, path.child('fieldRef'), ENV_FIELDS),
    resourceFieldRef &&
      validateResourceFieldSelector(resourceFieldRef, path.child('resourceFieldRef'), { containerRequired: false }),
    configMapKeyRef && validateKeySelector(configMapKeyRef, path.child('configMapKeyRef')),
    secretKeyRef && validateKeySelector(secretKeyRef, path.child('secretKeyRef')),
    fileKeyRef && validateFileKeySelector(fileKeyRef, path.child('fileKeyRef')),
  ].filter((found) => found !== undefined);
  return [...errors.flat(), ...validateSourceCount(errors.length, value, path)];
}

function validateSourceCount(sources: number, value: string | undefined, path: FieldPath): FieldError[] {
  if (sources === 0) return [invalid(path, '', ONE_OF)];
  if (!isMissing(value)) return [invalid(path, '', 'may not be specified when `value` is not empty')];
  return sources > 1 ? [invalid(path, '', 'may not have more than one field specified at a time')] : [];
}

function validateKeySelector(ref: corev1.ConfigMapKeySelector | corev1.SecretKeySelector, path: FieldPath): FieldError[] {
  const name = ref.name ?? '';
  const errors = invalidEach(path.child('name'), name, nameIsDNSSubdomain(name, false));
  const key = path.child('key');
  return [...errors, ...(isMissing(ref.key) ? [required(key)] : invalidEach(key, ref.key, isConfigMapKey(ref.key)))];
}

function validateFileKeySelector(ref: corev1.FileKeySelector, path: FieldPath): FieldError[] {
  const { key, volumeName, path: file } = ref;
  return [
    ...(isMissing(key) ? [required(path.child('key'))] : invalidEach(path.child('key'), key, isRelaxedEnvVarName(key))),
    ...(isMissing(volumeName)
      ? [required(path.child('volumeName'))]
      : validateDns1123LabelField(volumeName, path.child('volumeName'))),
    ...(isMissing(file) ? [required(path.child('path'))] : validateLocalNonReservedPath(file, path.child('path'))),
  ];
}

/** Sources that fill the environment wholesale. Upstream names the list, not the item, in errors about the number of sources. */
export function validateEnvFrom(sources: readonly corev1.EnvFromSource[], path: FieldPath): FieldError[] {
  return sources.flatMap(({ prefix, configMapRef, secretRef }, i) => {
    const at = path.index(i);
    const errors = isMissing(prefix) ? [] : invalidEach(at.child('prefix'), prefix, isRelaxedEnvVarName(prefix));
    if (configMapRef) errors.push(...validateSourceName(configMapRef.name, at.child('configMapRef', 'name')));
    if (secretRef) errors.push(...validateSourceName(secretRef.name, at.child('secretRef', 'name')));
    if (!configMapRef && !secretRef) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (configMapRef && secretRef) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}

function validateSourceName(name: string | undefined, path: FieldPath): FieldError[] {
  return isMissing(name) ? [required(path)] : invalidEach(path, name, nameIsDNSSubdomain(name, true));
}
