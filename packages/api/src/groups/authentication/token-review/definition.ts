import { defineResource } from '../../../registry/define-resource';
import type { authenticationv1 } from '../../../types';
import { strategy } from './strategy';

export const tokenReviews = defineResource<authenticationv1.TokenReview>({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenReview',
  plural: 'tokenreviews',
  scope: 'Cluster',
  verbs: ['create'],
  storagePrefix: 'none',
  strategy,
});
