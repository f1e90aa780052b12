import { defineResource } from '../../../registry/define-resource';
import type { authenticationv1 } from '../../../types';
import { strategy } from './strategy';

export const selfSubjectReviews = defineResource<authenticationv1.SelfSubjectReview>({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  scope: 'Cluster',
  verbs: ['create'],
  storagePrefix: 'none',
  strategy,
});
