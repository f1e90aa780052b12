import { fieldErrorMessage } from '@typekube/apimachinery';
import type { autoscalingv1, autoscalingv2 } from '../../../types';
import { validateScale } from '../scale/validate';
import { setDefaultsV1, setDefaultsV2 } from './defaults';
import { validateHorizontalPodAutoscaler, validateHorizontalPodAutoscalerStatusUpdate } from './validate';

type Spec = autoscalingv2.HorizontalPodAutoscalerSpec;
type Metric = autoscalingv2.MetricSpec;
const autoscaler = (spec: Partial<Spec>): autoscalingv2.HorizontalPodAutoscaler => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'a' },
  spec: { minReplicas: 1, maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, ...spec },
});
const errorsOf = (spec: Partial<Spec>): string[] => validateHorizontalPodAutoscaler(autoscaler(spec)).map(fieldErrorMessage);
const metric = (fields: Metric): Partial<Spec> => ({ metrics: [fields] });
const AT = 'spec.metrics[0]';
const cpu: Metric = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } };
const TYPES = '"ContainerResource", "External", "Object", "Pods", "Resource"';

describe('validateHorizontalPodAutoscaler', () => {
  it.each<[string, Partial<Spec>, string[]]>([
    ['a good one', metric(cpu), []],
    [
      'minReplicas zero',
      { minReplicas: 0 },
      [
        'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
        'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
      ],
    ],
    [
      'maxReplicas below minReplicas',
      { minReplicas: 4 },
      ['spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`'],
    ],
    [
      'maxReplicas zero',
      { maxReplicas: 0, minReplicas: undefined },
      ['spec.maxReplicas: Invalid value: 0: must be greater than 0'],
    ],
    [
      'a target without kind',
      { scaleTargetRef: { apiVersion: 'apps/v1', kind: '', name: 'd' } },
      ['spec.scaleTargetRef.kind: Required value'],
    ],
    [
      'a target without group',
      { scaleTargetRef: { apiVersion: 'v1', kind: 'Deployment', name: 'd' } },
      ['spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group'],
    ],
    ['a replication controller', { scaleTargetRef: { apiVersion: 'v1', kind: 'ReplicationController', name: 'd' } }, []],
    [
      'a broken version',
      { scaleTargetRef: { apiVersion: 'a/b/c', kind: 'K', name: 'd' } },
      ['spec.scaleTargetRef.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c'],
    ],
    [
      'a metric without type',
      metric({ type: '' }),
      [
        `${AT}.type: Required value: must specify a metric source type`,
        `${AT}.type: Unsupported value: "": supported values: ${TYPES}`,
        `${AT}.type: Unsupported value: "": supported values: ${TYPES}`,
      ],
    ],
    [
      'a metric without source',
      metric({ type: 'Pods' }),
      [`${AT}.pods: Required value: must populate information for the given metric source`],
    ],
    [
      'two sources',
      metric({ ...cpu, external: { metric: { name: 'm' }, target: { type: 'Value', value: '1' } } }),
      [`${AT}.external: Forbidden: must populate the given metric source only`],
    ],
    [
      'no target',
      metric({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization' } } }),
      [`${AT}.resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization`],
    ],
    [
      'a target of zero',
      metric({ type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '0' } } }),
      [`${AT}.pods.target.averageValue: Invalid value: "0": must be positive`],
    ],
    [
      'an unknown target type',
      metric({ type: 'External', external: { metric: { name: 'm' }, target: { type: 'Foo', value: '1' } } }),
      [`${AT}.external.target.type: Invalid value: "Foo": must be either Utilization, Value, or AverageValue`],
    ],
    [
      'an unknown container resource',
      metric({
        type: 'ContainerResource',
        containerResource: {
          name: 'foo',
          container: 'c',
          target: { type: 'Utilization', averageUtilization: 1 },
        },
      }),
      [
        `${AT}.containerResource.name: Invalid value: "foo": must be a standard resource type or fully qualified`,
        `${AT}.containerResource.name: Invalid value: "foo": must be a standard resource for containers`,
      ],
    ],
    [
      'an object metric',
      metric({
        type: 'Object',
        object: {
          describedObject: { apiVersion: 'v1', kind: 'Service', name: 's' },
          metric: { name: 'm' },
          target: { type: 'Value', value: '1' },
        },
      }),
      [],
    ],
    [
      'a behaviour without policies',
      { behavior: { scaleUp: {} } },
      ['spec.behavior.scaleUp.policies: Required value: must specify at least one Policy'],
    ],
    [
      'a behaviour out of bounds',
      {
        behavior: {
          scaleDown: {
            stabilizationWindowSeconds: 3601,
            selectPolicy: 'Foo',
            tolerance: '-1',
            policies: [{ type: 'Bar', value: 0, periodSeconds: 1801 }],
          },
        },
      },
      [
        'spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600',
        'spec.behavior.scaleDown.selectPolicy: Unsupported value: "Foo": supported values: "Disabled", "Max", "Min"',
        'spec.behavior.scaleDown.policies[0].type: Unsupported value: "Bar": supported values: "Percent", "Pods"',
        'spec.behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than zero',
        'spec.behavior.scaleDown.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
        'spec.behavior.scaleDown.tolerance: Invalid value: "-1": must be greater or equal to zero',
      ],
    ],
  ])('of %s', (_, spec, errors) => {
    expect(errorsOf(spec)).toEqual(errors);
  });

  it('keeps a target that was let through before', () => {
    const object = autoscaler({ scaleTargetRef: { apiVersion: 'v1', kind: 'Deployment', name: 'd' } });
    expect(validateHorizontalPodAutoscaler(object, object)).toEqual([]);
  });

  it('counts no fewer than zero replicas in the status', () => {
    const object = { ...autoscaler({}), status: { desiredReplicas: -1 } };
    expect(validateHorizontalPodAutoscalerStatusUpdate(object).map(fieldErrorMessage)).toEqual([
      'status.desiredReplicas: Invalid value: -1: must be greater than or equal to 0',
    ]);
  });
});

describe('defaults', () => {
  it('of v1 are one replica', () => {
    const object: autoscalingv1.HorizontalPodAutoscaler = {
      apiVersion: 'autoscaling/v1',
      kind: 'HorizontalPodAutoscaler',
      metadata: {},
      spec: { maxReplicas: 1, scaleTargetRef: { kind: 'K', name: 'n' } },
    };
    setDefaultsV1(object);
    expect(object.spec).toEqual({ minReplicas: 1, maxReplicas: 1, scaleTargetRef: { kind: 'K', name: 'n' } });
  });

  it('of v2 are a CPU target, and the rest of a behaviour', () => {
    const object = autoscaler({ minReplicas: undefined, behavior: { scaleDown: { selectPolicy: 'Disabled' } } });
    setDefaultsV2(object);
    expect(object.spec).toMatchObject({
      minReplicas: 1,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
      behavior: {
        scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max' },
        scaleDown: { selectPolicy: 'Disabled', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
      },
    });
    expect(object.spec.behavior?.scaleDown).not.toHaveProperty('stabilizationWindowSeconds');
    expect(validateHorizontalPodAutoscaler(object)).toEqual([]);
  });
});

it('scales to no fewer than zero replicas', () => {
  const scale = (replicas: number): autoscalingv1.Scale => ({
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: {},
    spec: { replicas },
  });
  expect(validateScale(scale(0))).toEqual([]);
  expect(validateScale(scale(-1)).map(fieldErrorMessage)).toEqual([
    'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  ]);
});
