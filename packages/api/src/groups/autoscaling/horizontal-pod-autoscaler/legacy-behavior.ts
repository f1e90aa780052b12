import { withoutUndefined } from '../../../shared/without-undefined';
import type { autoscalingv2 } from '../../../types';

type Behavior = autoscalingv2.HorizontalPodAutoscalerBehavior;
type Rules = autoscalingv2.HPAScalingRules;
type Policy = autoscalingv2.HPAScalingPolicy;

/**
 * The annotation of autoscaling/v1 that holds `spec.behavior`. Upstream writes its internal Go type there, so the fields have Go's
 * names and what is missing is null.
 */
export function writeBehavior({ scaleUp, scaleDown }: Behavior): string {
  return JSON.stringify({ ScaleUp: writeRules(scaleUp), ScaleDown: writeRules(scaleDown) });
}

function writeRules(rules: Rules | undefined): unknown {
  if (!rules) return null;
  return {
    StabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? null,
    SelectPolicy: rules.selectPolicy ?? null,
    Policies: rules.policies?.map(({ type, value, periodSeconds }) => ({ Type: type, Value: value, PeriodSeconds: periodSeconds })) ?? null,
    Tolerance: rules.tolerance ?? null,
  };
}

/** Reads the annotation; upper or lower case of a name does not matter, as in Go. Undefined for what is no object. */
export function readBehavior(value: unknown): Behavior | undefined {
  if (!isObject(value)) return undefined;
  return withoutUndefined({ scaleUp: readRules(field(value, 'ScaleUp')), scaleDown: readRules(field(value, 'ScaleDown')) });
}

function readRules(value: unknown): Rules | undefined {
  if (!isObject(value)) return undefined;
  const policies = field(value, 'Policies');
  return withoutUndefined({
    stabilizationWindowSeconds: numberOf(field(value, 'StabilizationWindowSeconds')),
    selectPolicy: textOf(field(value, 'SelectPolicy')),
    policies: Array.isArray(policies) ? policies.filter(isObject).map(readPolicy) : undefined,
    tolerance: textOf(field(value, 'Tolerance')),
  });
}

function readPolicy(value: object): Policy {
  return {
    type: textOf(field(value, 'Type')) ?? '',
    value: numberOf(field(value, 'Value')) ?? 0,
    periodSeconds: numberOf(field(value, 'PeriodSeconds')) ?? 0,
  };
}

function field(object: object, name: string): unknown {
  return Object.entries(object).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
