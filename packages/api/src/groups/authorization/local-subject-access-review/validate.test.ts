import { fieldErrorMessage } from '@typekube/apimachinery';
import type { authorizationv1 } from '../../../types';
import { validateLocalSubjectAccessReview } from './validate';

describe('validateLocalSubjectAccessReview', () => {
  it.each<[string, authorizationv1.SubjectAccessReviewSpec, string[]]>([
    ['access in its namespace', { user: 'u', resourceAttributes: { namespace: 'd' } }, []],
    ['nobody and nothing', {}, [
      'spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
      'spec.user: Invalid value: "": at least one of user or group must be specified',
    ]],
    ['another namespace', { user: 'u', resourceAttributes: { namespace: 'x' } }, [
      'spec.resourceAttributes.namespace: Invalid value: "x": must match metadata.namespace',
    ]],
    ['an empty selector', { user: 'u', resourceAttributes: { namespace: 'd', labelSelector: {} } }, [
      'spec.resourceAttributes.labelSelector.requirements: Required value: when spec.resourceAttributes.labelSelector is specified, requirements or rawSelector is required',
    ]],
  ])('%s', (_, spec, wanted) => {
    const object: authorizationv1.LocalSubjectAccessReview = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'LocalSubjectAccessReview',
      metadata: { namespace: 'd' },
      spec,
    };
    expect(validateLocalSubjectAccessReview(object).map(fieldErrorMessage)).toEqual(wanted);
  });
});
