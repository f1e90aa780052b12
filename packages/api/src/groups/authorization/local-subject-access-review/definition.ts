import { defineResource } from '../../../registry/define-resource';
import type { authorizationv1 } from '../../../types';
import { strategy } from './strategy';

export const localSubjectAccessReviews = defineResource<authorizationv1.LocalSubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'LocalSubjectAccessReview',
  plural: 'localsubjectaccessreviews',
  scope: 'Namespaced',
  verbs: ['create'],
  storagePrefix: 'none',
  strategy,
});
