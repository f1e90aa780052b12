import { defineResource } from '../../../registry/define-resource';
import type { authorizationv1 } from '../../../types';
import { strategy } from './strategy';

export const selfSubjectAccessReviews = defineResource<authorizationv1.SelfSubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  scope: 'Cluster',
  verbs: ['create'],
  storagePrefix: 'none',
  strategy,
});
