import {
  forbidden,
  invalid,
  notSupported,
  parseQuantity,
  required,
  type FieldError,
  type FieldPath,
} from '@typekube/apimachinery';
import { isMissing, validateDns1123LabelField } from '../../../shared/fields/field-rules';
import { validateContainerResourceName } from '../../../shared/resources/validate';
import type { autoscalingv2 } from '../../../types';
import { validatePathSegment } from '../../networking/ingress/validate-backend';
import { validateObjectReference, type ReferenceLeniency } from './validate-target-ref';

const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'] as const;
const TARGET_TYPES: ReadonlySet<string> = new Set(['Utilization', 'Value', 'AverageValue']);

/** In the order upstream looks at them: only the first that is there is looked into. */
const SOURCES = ['object', 'external', 'pods', 'resource', 'containerResource'] as const;

const SOURCE_OF_TYPE: Readonly<Record<string, (typeof SOURCES)[number]>> = {
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
  External: 'external',
  ContainerResource: 'containerResource',
};

/** A metric says its type and has exactly the source of that type. */
export function validateMetric(metric: autoscalingv2.MetricSpec, path: FieldPath, leniency: ReferenceLeniency): FieldError[] {
  const type = metric.type ?? '';
  const expected = SOURCE_OF_TYPE[type];
  const unknown = notSupported(path.child('type'), type, TYPES);
  const errors: FieldError[] = [];
  if (type === '') errors.push(required(path.child('type'), 'must specify a metric source type'));
  if (!expected) errors.push(unknown);
  const present = SOURCES.filter((source) => metric[source] !== undefined);
  if (present[0]) errors.push(...validateSource(metric, present[0], path.child(present[0]), leniency));
  if (!expected) errors.push(unknown);
  else if (!present.includes(expected)) {
    errors.push(required(path.child(expected), 'must populate information for the given metric source'));
  }
  const extra = present.length === 1 ? [] : present.filter((source) => source !== expected);
  return [...errors, ...extra.map((source) => forbidden(path.child(source), 'must populate the given metric source only'))];
}

function validateSource(
  metric: autoscalingv2.MetricSpec,
  source: (typeof SOURCES)[number],
  path: FieldPath,
  leniency: ReferenceLeniency,
): FieldError[] {
  switch (source) {
    case 'object':
      return metric.object ? validateObjectSource(metric.object, path, leniency) : [];
    case 'external':
      return metric.external ? validateExternalSource(metric.external, path) : [];
    case 'pods':
      return metric.pods ? validatePodsSource(metric.pods, path) : [];
    case 'resource':
      return metric.resource ? validateResourceSource(metric.resource, path) : [];
    case 'containerResource':
      return metric.containerResource ? validateContainerSource(metric.containerResource, path) : [];
  }
}

function validateObjectSource(
  source: autoscalingv2.ObjectMetricSource,
  path: FieldPath,
  leniency: ReferenceLeniency,
): FieldError[] {
  const errors = validateObjectReference(source.describedObject ?? {}, path.child('describedObject'), leniency);
  errors.push(...validateNamedTarget(source, path));
  if (source.target?.value === undefined && source.target?.averageValue === undefined) {
    errors.push(required(path.child('target', 'averageValue'), 'must set either a target value or averageValue'));
  }
  return errors;
}

function validateExternalSource(source: autoscalingv2.ExternalMetricSource, path: FieldPath): FieldError[] {
  const errors = validateNamedTarget(source, path);
  const { value, averageValue } = source.target ?? {};
  if (value === undefined && averageValue === undefined) {
    const detail = 'must set either a target value for metric or a per-pod target';
    errors.push(required(path.child('target', 'averageValue'), detail));
  }
  if (value !== undefined && averageValue !== undefined) {
    const detail = 'may not set both a target value for metric and a per-pod target';
    errors.push(forbidden(path.child('target', 'value'), detail));
  }
  return errors;
}

function validatePodsSource(source: autoscalingv2.PodsMetricSource, path: FieldPath): FieldError[] {
  const errors = validateNamedTarget(source, path);
  if (source.target?.averageValue !== undefined) return errors;
  return [...errors, required(path.child('target', 'averageValue'), 'must specify a positive target averageValue')];
}

function validateResourceSource({ name, target }: autoscalingv2.ResourceMetricSource, path: FieldPath): FieldError[] {
  const errors = isMissing(name) ? [required(path.child('name'), 'must specify a resource name')] : [];
  return [...errors, ...validateUtilizationOrValue(target, path.child('target'))];
}

function validateContainerSource(source: autoscalingv2.ContainerResourceMetricSource, path: FieldPath): FieldError[] {
  const { name, container, target } = source;
  return [
    ...(isMissing(name)
      ? [required(path.child('name'), 'must specify a resource name')]
      : validateContainerResourceName(name, path.child('name'))),
    ...(isMissing(container)
      ? [required(path.child('container'), 'must specify a container')]
      : validateDns1123LabelField(container, path.child('container'))),
    ...validateUtilizationOrValue(target, path.child('target')),
  ];
}

/** The two ways to say how much of a resource each pod should use. */
function validateUtilizationOrValue(target: autoscalingv2.MetricTarget | undefined, path: FieldPath): FieldError[] {
  const errors = validateTarget(target, path);
  const { averageUtilization, averageValue } = target ?? {};
  if (averageUtilization === undefined && averageValue === undefined) {
    const detail = 'must set either a target raw value or a target utilization';
    errors.push(required(path.child('averageUtilization'), detail));
  }
  if (averageUtilization !== undefined && averageValue !== undefined) {
    const detail = 'may not set both a target raw value and a target utilization';
    errors.push(forbidden(path.child('averageValue'), detail));
  }
  return errors;
}

interface NamedTarget {
  readonly metric?: Partial<autoscalingv2.MetricIdentifier>;
  readonly target?: autoscalingv2.MetricTarget;
}

function validateNamedTarget({ metric, target }: NamedTarget, path: FieldPath): FieldError[] {
  const name = metric?.name;
  const namePath = path.child('metric', 'name');
  const nameErrors = isMissing(name) ? [required(namePath, 'must specify a metric name')] : validatePathSegment(name, namePath);
  return [...nameErrors, ...validateTarget(target, path.child('target'))];
}

function validateTarget(target: autoscalingv2.MetricTarget | undefined, path: FieldPath): FieldError[] {
  const { type = '', value, averageValue, averageUtilization } = target ?? {};
  const errors = type === '' ? [required(path.child('type'), 'must specify a metric target type')] : [];
  if (!TARGET_TYPES.has(type))
    errors.push(invalid(path.child('type'), type, 'must be either Utilization, Value, or AverageValue'));
  for (const [field, quantity] of Object.entries({ value, averageValue })) {
    if (quantity !== undefined && parseQuantity(quantity).sign !== 1) {
      errors.push(invalid(path.child(field), quantity, 'must be positive'));
    }
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(invalid(path.child('averageUtilization'), averageUtilization, 'must be greater than 0'));
  }
  return errors;
}
