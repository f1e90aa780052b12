import { invalid, notSupported, parseQuantity, required, type FieldError, type FieldPath } from '@typekube/apimachinery';
import { GREATER_THAN_ZERO, validateEnum } from '../../../shared/fields/field-rules';
import type { autoscalingv2 } from '../../../types';

const MAX_PERIOD_SECONDS = 1800;
const MAX_STABILIZATION_WINDOW_SECONDS = 3600;
const SELECT_POLICIES = ['Disabled', 'Max', 'Min'] as const;
const POLICY_TYPES = ['Percent', 'Pods'] as const;

export function validateBehavior(behavior: autoscalingv2.HorizontalPodAutoscalerBehavior, path: FieldPath): FieldError[] {
  return (['scaleUp', 'scaleDown'] as const).flatMap((direction) => {
    const rules = behavior[direction];
    return rules ? validateRules(rules, path.child(direction)) : [];
  });
}

function validateRules(rules: autoscalingv2.HPAScalingRules, path: FieldPath): FieldError[] {
  const { stabilizationWindowSeconds: seconds, selectPolicy, policies = [], tolerance } = rules;
  const errors: FieldError[] = [];
  const windowPath = path.child('stabilizationWindowSeconds');
  if (seconds !== undefined && seconds < 0) errors.push(invalid(windowPath, seconds, 'must be greater than or equal to zero'));
  if (seconds !== undefined && seconds > MAX_STABILIZATION_WINDOW_SECONDS) {
    errors.push(invalid(windowPath, seconds, `must be less than or equal to ${MAX_STABILIZATION_WINDOW_SECONDS}`));
  }
  if (selectPolicy !== undefined) errors.push(...validateEnum(selectPolicy, path.child('selectPolicy'), SELECT_POLICIES));
  if (policies.length === 0) errors.push(required(path.child('policies'), 'must specify at least one Policy'));
  policies.forEach((policy, i) => errors.push(...validatePolicy(policy, path.child('policies').index(i))));
  if (tolerance !== undefined && parseQuantity(tolerance).sign < 0) {
    errors.push(invalid(path.child('tolerance'), tolerance, 'must be greater or equal to zero'));
  }
  return errors;
}

function validatePolicy(policy: autoscalingv2.HPAScalingPolicy, path: FieldPath): FieldError[] {
  const { type = '', value = 0, periodSeconds = 0 } = policy;
  const errors: FieldError[] = [];
  if (!POLICY_TYPES.some((known) => known === type)) errors.push(notSupported(path.child('type'), type, POLICY_TYPES));
  if (value <= 0) errors.push(invalid(path.child('value'), value, GREATER_THAN_ZERO));
  const periodPath = path.child('periodSeconds');
  if (periodSeconds <= 0) errors.push(invalid(periodPath, periodSeconds, GREATER_THAN_ZERO));
  if (periodSeconds > MAX_PERIOD_SECONDS) {
    errors.push(invalid(periodPath, periodSeconds, `must be less than or equal to ${MAX_PERIOD_SECONDS}`));
  }
  return errors;
}
