import {
  forbidden,
  invalid,
  isConfigMapKey,
  nameIsDNSLabel,
  nameIsDNSSubdomain,
  required,
  type FieldError,
  type FieldPath,
} from '@typekube/apimachinery';
import { invalidEach, isMissing } from '../../../shared/fields/field-rules';
import type { corev1 } from '../../../types';

type ConfigMapSource = corev1.ConfigMapNodeConfigSource;

/** The dynamic kubelet configuration, which is gone but still validated. */
export function validateConfigSourceSpec(source: corev1.NodeConfigSource, path: FieldPath): FieldError[] {
  return validateSource(source, path, ({ uid, resourceVersion }, at) => {
    const errors: FieldError[] = [];
    if (!isMissing(uid)) errors.push(forbidden(at.child('uid'), 'uid must not be set in spec'));
    if (!isMissing(resourceVersion)) {
      errors.push(forbidden(at.child('resourceVersion'), 'resourceVersion must not be set in spec'));
    }
    return errors;
  });
}

export function validateConfigStatus(status: corev1.NodeConfigStatus, path: FieldPath): FieldError[] {
  return (['assigned', 'active', 'lastKnownGood'] as const).flatMap((field) => {
    const source = status[field];
    return source ? validateSource(source, path.child(field), validateStatusIdentity) : [];
  });
}

function validateStatusIdentity({ uid, resourceVersion }: ConfigMapSource, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (isMissing(uid)) errors.push(required(path.child('uid'), 'uid must be set in status'));
  if (isMissing(resourceVersion)) {
    errors.push(required(path.child('resourceVersion'), 'resourceVersion must be set in status'));
  }
  return errors;
}

function validateSource(
  source: corev1.NodeConfigSource,
  path: FieldPath,
  validateIdentity: (source: ConfigMapSource, path: FieldPath) => FieldError[],
): FieldError[] {
  if (!source.configMap) return [invalid(path, source, 'exactly one reference subfield must be non-nil')];
  const at = path.child('configMap');
  const { namespace, name, kubeletConfigKey } = source.configMap;
  return [
    ...validateIdentity(source.configMap, at),
    ...validateGiven(namespace, at.child('namespace'), 'namespace must be set', (text) => nameIsDNSLabel(text, false)),
    ...validateGiven(name, at.child('name'), 'name must be set', (text) => nameIsDNSSubdomain(text, false)),
    ...validateGiven(kubeletConfigKey, at.child('kubeletConfigKey'), 'kubeletConfigKey must be set', isConfigMapKey),
  ];
}

function validateGiven(
  value: string | undefined,
  path: FieldPath,
  missing: string,
  check: (value: string) => string[],
): FieldError[] {
  return isMissing(value) ? [required(path, missing)] : invalidEach(path, value, check(value));
}
