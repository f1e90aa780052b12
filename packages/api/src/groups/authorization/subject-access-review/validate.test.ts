import { fieldErrorMessage } from '@typekube/apimachinery';
import type { authorizationv1 } from '../../../types';
import { validateSubjectAccessReview } from './validate';

describe('validateSubjectAccessReview', () => {
  it.each<[string, Partial<authorizationv1.SubjectAccessReview>, string[]]>([
    ['a path', { spec: { groups: ['g'], nonResourceAttributes: { path: '/' } } }, []],
    ['both kinds of access', { spec: { user: 'u', resourceAttributes: {}, nonResourceAttributes: {} } }, [
      'spec.nonResourceAttributes: Invalid value: {}: cannot be specified in combination with resourceAttributes',
    ]],
    ['a name', { metadata: { name: 'x' }, spec: { user: 'u', resourceAttributes: {} } }, [
      'metadata: Invalid value: {"name":"x"}: must be empty',
    ]],
  ])('%s', (_, fields, wanted) => {
    const object: authorizationv1.SubjectAccessReview = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      metadata: {},
      spec: {},
      ...fields,
    };
    expect(validateSubjectAccessReview(object).map(fieldErrorMessage)).toEqual(wanted);
  });
});
