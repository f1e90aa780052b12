import { openApiTypes } from '@typekube/cel';
import { namedResources, planStatus, type Policy, type TypedKind } from './plan-status';

const schemas = {
  Deployment: { type: 'object', properties: { spec: { allOf: [{ $ref: '#/components/schemas/Spec' }] }, metadata: { $ref: '#/components/schemas/Meta' } } },
  Spec: { type: 'object', properties: { replicas: { type: 'integer' }, template: { $ref: '#/components/schemas/Spec' } } },
  Meta: { type: 'object', properties: { labels: { type: 'object', additionalProperties: { type: 'string' } } } },
};
const deployment: TypedKind = { group: 'apps', version: 'v1', kind: 'Deployment', object: openApiTypes('Deployment', schemas) };

const policy = (spec: object, status?: object): Policy => ({
  apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', metadata: { name: 'p', generation: 2 }, spec, ...(status && { status }),
});

describe('planStatus', () => {
  it.each<[string, object, object[] | undefined]>([
    ['nothing of what is right', { validations: [{ expression: 'object.spec.template.replicas > 1 && object.metadata.labels.a == "b"' }] }, undefined],
    [
      'an unknown field', { validations: [{ expression: 'object.spec.replicas > 1' }, { expression: 'object.replicas > 1' }] },
      [{ fieldRef: 'spec.validations[1].expression', warning: "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'replicas'\n | object.replicas > 1\n | ......^" }],
    ],
    [
      'a wrong type of a variable and of a message',
      { variables: [{ name: 'v', expression: "object.spec.replicas == 'x'" }], validations: [{ expression: 'variables.v', messageExpression: 'object.spec.replicas' }] },
      [
        { fieldRef: 'spec.variables[0].expression', warning: expect.stringContaining("'_==_' applied to '(int, string)'") },
        { fieldRef: 'spec.validations[0].expression', warning: expect.stringContaining('must evaluate to bool') },
        { fieldRef: 'spec.validations[0].messageExpression', warning: expect.stringContaining('must evaluate to string') },
      ],
    ],
  ])('tells of %s', (_what, spec, warnings) => {
    expect(planStatus(policy(spec), [deployment])).toEqual({ observedGeneration: 2, typeChecking: warnings ? { expressionWarnings: warnings } : {} });
  });

  it('leaves what was told of this generation', () => {
    expect(planStatus(policy({ validations: [{ expression: 'x' }] }, { observedGeneration: 2, typeChecking: {} }), [deployment])).toBeUndefined();
  });
});

it('looks at resources that are named without wildcards', () => {
  const rule = { apiGroups: ['apps', '*'], apiVersions: ['v1'], operations: ['*'], resources: ['deployments', '*', 'deployments/scale'] };
  expect(namedResources(policy({ matchConstraints: { resourceRules: [rule] } }))).toEqual([{ group: 'apps', version: 'v1', resource: 'deployments' }]);
});
