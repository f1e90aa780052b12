import { fieldErrorMessage } from '@typekube/apimachinery';
import type { admissionregistrationv1 } from '../../../types';
import { validateValidatingAdmissionPolicyBinding } from './validate';

describe('validateValidatingAdmissionPolicyBinding', () => {
  it.each<[string, Partial<admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec>, string[]]>([
    ['an action', {}, []],
    ['no policy', { policyName: '' }, ['spec.policyName: Required value']],
    ['no actions', { validationActions: [] }, ['spec.validationActions: Required value: at least one validation action is required']],
    ['deny and warn', { validationActions: ['Deny', 'Warn'] }, [
      'spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
    ]],
    ['parameters by no way', { paramRef: { parameterNotFoundAction: 'Deny' } }, [
      'spec.paramRef: Required value: one of name or selector must be specified',
    ]],
    ['parameters by two ways', { paramRef: { name: 'a', selector: {}, parameterNotFoundAction: 'Deny' } }, [
      'spec.paramRef.name: Forbidden: name and selector are mutually exclusive',
      'spec.paramRef.selector: Forbidden: name and selector are mutually exclusive',
    ]],
  ])('%s', (_, spec, wanted) => {
    const object: admissionregistrationv1.ValidatingAdmissionPolicyBinding = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'b' },
      spec: { policyName: 'p', validationActions: ['Deny'], ...spec },
    };
    expect(validateValidatingAdmissionPolicyBinding(object).map(fieldErrorMessage)).toEqual(wanted);
  });
});
