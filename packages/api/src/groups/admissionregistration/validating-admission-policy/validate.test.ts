import { fieldErrorMessage } from '@typekube/apimachinery';
import type { admissionregistrationv1 } from '../../../types';
import { setDefaults } from './defaults';
import { validateValidatingAdmissionPolicy, validateValidatingAdmissionPolicyStatus } from './validate';

type Spec = admissionregistrationv1.ValidatingAdmissionPolicySpec;

const RULE = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };

function policy(spec: Spec): admissionregistrationv1.ValidatingAdmissionPolicy {
  const object: admissionregistrationv1.ValidatingAdmissionPolicy = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'p' },
    spec: { matchConstraints: { resourceRules: [{ ...RULE }] }, validations: [{ expression: 'true' }], ...spec },
  };
  setDefaults(object);
  return object;
}

describe('validateValidatingAdmissionPolicy', () => {
  it.each<[string, Spec, string[]]>([
    ['a validation', {}, []],
    ['no rules', { matchConstraints: {} }, ['spec.matchConstraints.resourceRules: Required value']],
    ['nothing to do', { validations: [] }, [
      'spec.validations: Required value: validations or auditAnnotations must contain at least one item',
      'spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item',
    ]],
    ['a message of two lines', { validations: [{ expression: 'true', message: 'a\nb' }] }, [
      'spec.validations[0].message: Invalid value: "a\\nb": message must not contain line breaks',
    ]],
    ['an unknown reason', { validations: [{ expression: 'true', reason: 'Mood' }] }, [
      'spec.validations[0].reason: Unsupported value: "Mood": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge"',
    ]],
    ['a reserved name', { variables: [{ name: 'in', expression: '1' }] }, [
      'spec.variables[0].name: Invalid value: "in": name is not a valid CEL identifier',
    ]],
    ['a kind without a version', { paramKind: { apiVersion: 'a.com/', kind: 'K' } }, [
      'spec.paramKind.apiVersion: Invalid value: "a.com/": version must be specified',
    ]],
    ['an annotation twice', { auditAnnotations: [{ key: 'k', valueExpression: "'x'" }, { key: 'k', valueExpression: "'y'" }] }, [
      'spec.auditAnnotations[1].key: Duplicate value: "k"',
    ]],
  ])('%s', (_, spec, wanted) => {
    expect(validateValidatingAdmissionPolicy(policy(spec)).map(fieldErrorMessage)).toEqual(wanted);
  });

  it('names the field of a warning in its status', () => {
    const object = policy({});
    object.status = { typeChecking: { expressionWarnings: [{ fieldRef: ' ', warning: '' }] } };
    expect(validateValidatingAdmissionPolicyStatus(object).map(fieldErrorMessage)).toEqual([
      'status.typeChecking.expressionWarnings[0].warning: Required value',
      'status.typeChecking.expressionWarnings[0].fieldRef: Required value',
    ]);
  });
});
