import { defineResource } from '../../../registry/define-resource';
import type { authorizationv1 } from '../../../types';
import { strategy } from './strategy';

export const subjectAccessReviews = defineResource<authorizationv1.SubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  scope: 'Cluster',
  verbs: ['create'],
  storagePrefix: 'none',
  strategy,
});
