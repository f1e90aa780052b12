import { FieldPath, type FieldError, tooMany, validateConditions } from '@typekube/apimachinery';
import type { resourcev1alpha3 } from '../../../types';
import { validateDeviceName, validateDriverName, validatePoolName } from '../../../shared/device/names';
import { validateDeviceTaint } from '../../../shared/device/taints';

const MAX_CONDITIONS = 8;

/** The rules of a DeviceTaintRule, new or changed. */
export function validateDeviceTaintRule(
  object: resourcev1alpha3.DeviceTaintRule,
  old?: resourcev1alpha3.DeviceTaintRule,
): FieldError[] {
  const selector = object.spec?.deviceSelector;
  const path = FieldPath.of('spec');
  const at = path.child('deviceSelector');
  const taint = object.spec?.taint ?? { key: '', effect: '' };
  return [
    ...(selector?.driver === undefined ? [] : validateDriverName(selector.driver, at.child('driver'))),
    ...(selector?.pool === undefined ? [] : validatePoolName(selector.pool, at.child('pool'))),
    ...(selector?.device === undefined ? [] : validateDeviceName(selector.device, at.child('device'))),
    ...validateDeviceTaint(taint, path.child('taint'), old?.spec?.taint),
  ];
}

/** The rules of its status. */
export function validateDeviceTaintRuleStatus(object: resourcev1alpha3.DeviceTaintRule): FieldError[] {
  const path = FieldPath.of('status', 'conditions');
  const conditions = object.status?.conditions ?? [];
  const errors = validateConditions(conditions, path);
  return conditions.length > MAX_CONDITIONS ? [...errors, tooMany(path, conditions.length, MAX_CONDITIONS)] : errors;
}
