import { fieldErrorMessage } from '@typekube/apimachinery';
import type { schedulingv1alpha2 } from '../../../types';
import { validateWorkload, validateWorkloadUpdate } from '../workload/validate';
import { validatePodGroup, validatePodGroupUpdate } from './validate';

type Spec = schedulingv1alpha2.PodGroupSpec;
const podGroup = (spec: Partial<Spec>): schedulingv1alpha2.PodGroup => ({
  apiVersion: 'scheduling.k8s.io/v1alpha2',
  kind: 'PodGroup',
  metadata: { name: 'a' },
  spec: { schedulingPolicy: { basic: {} }, ...spec },
});
const workload = (spec: schedulingv1alpha2.WorkloadSpec): schedulingv1alpha2.Workload => ({
  apiVersion: 'scheduling.k8s.io/v1alpha2',
  kind: 'Workload',
  metadata: { name: 'a' },
  spec,
});
const template = (name: string): schedulingv1alpha2.PodGroupTemplate => ({ name, schedulingPolicy: { gang: { minCount: 2 } } });

it.each<[string, Partial<Spec>, string[]]>([
  ['a basic one', {}, []],
  ['no policy', { schedulingPolicy: {} }, ['spec.schedulingPolicy: Invalid value: "": must specify one of: `basic`, `gang`']],
  [
    'two policies',
    { schedulingPolicy: { basic: {}, gang: { minCount: 1 } } },
    [
      'spec.schedulingPolicy: Invalid value: "{`basic`, `gang`}": ' +
        'exactly one of `basic`, `gang` is required, but multiple fields are set',
    ],
  ],
  ['a gang of none', { schedulingPolicy: { gang: { minCount: 0 } } }, ['spec.schedulingPolicy.gang.minCount: Required value']],
  [
    'a reference without names',
    { podGroupTemplateRef: { workload: { workloadName: '', podGroupTemplateName: '' } } },
    [
      'spec.podGroupTemplateRef.workload.workloadName: Required value',
      'spec.podGroupTemplateRef.workload.podGroupTemplateName: Required value',
    ],
  ],
  [
    'an unknown disruption mode',
    { disruptionMode: 'Foo' },
    ['spec.disruptionMode: Unsupported value: "Foo": supported values: "Pod", "PodGroup"'],
  ],
  [
    'two topologies',
    { schedulingConstraints: { topology: [{ key: 'a' }, { key: 'b' }] } },
    ['spec.schedulingConstraints.topology: Too many: 2: must have at most 1 item'],
  ],
  [
    'a claim of nothing',
    { resourceClaims: [{ name: 'c' }] },
    ['spec.resourceClaims[0]: Invalid value: "": must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'],
  ],
  [
    'a claim of both',
    { resourceClaims: [{ name: 'c', resourceClaimName: 'x', resourceClaimTemplateName: 'y' }] },
    [
      'spec.resourceClaims[0]: Invalid value: "{resourceClaimName=\\"x\\", resourceClaimTemplateName=\\"y\\"}": ' +
        'must specify exactly one of: `resourceClaimName`, `resourceClaimTemplateName`',
    ],
  ],
])('validates a pod group with %s', (_, spec, errors) => {
  expect(validatePodGroup(podGroup(spec)).map(fieldErrorMessage)).toEqual(errors);
});

it('keeps the spec of a pod group', () => {
  expect(validatePodGroupUpdate(podGroup({ priority: 1 }), podGroup({})).map(fieldErrorMessage)).toEqual([
    'spec.priority: Invalid value: 1: field is immutable',
  ]);
});

it.each<[string, schedulingv1alpha2.WorkloadSpec, string[]]>([
  [
    'templates',
    { podGroupTemplates: [template('a'), template('b')], controllerRef: { apiGroup: 'batch', kind: 'Job', name: 'j' } },
    [],
  ],
  ['nothing', { podGroupTemplates: [] }, ['spec.podGroupTemplates: Required value: must have at least one item']],
  [
    'too much',
    { podGroupTemplates: Array.from({ length: 9 }, (_, i) => template(`t${i}`)) },
    ['spec.podGroupTemplates: Too many: 9: must have at most 8 items'],
  ],
  [
    'a template twice',
    { podGroupTemplates: [template('a'), template('a')] },
    ['spec.podGroupTemplates[1]: Duplicate value: "a"'],
  ],
  [
    'a controller without kind',
    { podGroupTemplates: [template('a')], controllerRef: { kind: '', name: 'j' } },
    ['spec.controllerRef.kind: Required value'],
  ],
])('validates a workload of %s', (_, spec, errors) => {
  expect(validateWorkload(workload(spec)).map(fieldErrorMessage)).toEqual(errors);
});

it('keeps the templates of a workload, and its controller once set', () => {
  const controllerRef = { kind: 'Job', name: 'j' };
  const old = workload({ podGroupTemplates: [template('a')] });
  expect(validateWorkloadUpdate(workload({ podGroupTemplates: [template('a')], controllerRef }), old)).toEqual([]);
  const errors = validateWorkloadUpdate(old, workload({ podGroupTemplates: [template('b')], controllerRef }));
  expect(errors.map(({ field, detail }) => `${field}: ${detail}`)).toEqual([
    'spec.controllerRef: field is immutable',
    'spec.podGroupTemplates: field is immutable',
  ]);
});
