import { fieldErrorMessage } from '@typekube/apimachinery';
import type { admissionregistrationv1beta1 } from '../../../types';
import { setDefaults } from './defaults';
import { validateMutatingAdmissionPolicy } from './validate';

type Spec = admissionregistrationv1beta1.MutatingAdmissionPolicySpec;

const RULE = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const APPLY = { patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{}' } };

function policy(spec: Spec): admissionregistrationv1beta1.MutatingAdmissionPolicy {
  const object: admissionregistrationv1beta1.MutatingAdmissionPolicy = {
    apiVersion: 'admissionregistration.k8s.io/v1beta1',
    kind: 'MutatingAdmissionPolicy',
    metadata: { name: 'p' },
    spec: { matchConstraints: { resourceRules: [{ ...RULE }] }, mutations: [APPLY], reinvocationPolicy: 'Never', ...spec },
  };
  setDefaults(object);
  return object;
}

describe('validateMutatingAdmissionPolicy', () => {
  it.each<[string, Spec, string[]]>([
    ['a mutation', {}, []],
    ['none', { mutations: [] }, ['spec.mutations: Required value: mutations must contain at least one item']],
    ['the wrong patch', { mutations: [{ ...APPLY, patchType: 'JSONPatch' }] }, [
      'spec.mutations[0].applyConfiguration: Invalid value: "{applyConfiguration}": must not be specified when patchType is JSONPatch',
      'spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch',
    ]],
    ['a configuration that is none', { mutations: [{ ...APPLY, applyConfiguration: { expression: 'Object.spec{}' } }] }, [
      'spec.mutations[0].applyConfiguration.expression: Invalid value: "Object.spec{}": must evaluate to Object',
    ]],
    ['an unknown patch', { mutations: [{ patchType: 'x' }] }, [
      'spec.mutations[0].patchType: Unsupported value: "x": supported values: "ApplyConfiguration", "JSONPatch"',
    ]],
    ['deletion', { matchConstraints: { resourceRules: [{ ...RULE, operations: ['DELETE'] }] } }, [
      'spec.matchConstraints.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"',
    ]],
    ['no word on reinvocation', { reinvocationPolicy: '' }, ['spec.reinvocationPolicy: Required value']],
  ])('%s', (_, spec, wanted) => {
    expect(validateMutatingAdmissionPolicy(policy(spec)).map(fieldErrorMessage)).toEqual(wanted);
  });
});
