import { defineResource } from '../../../registry/define-resource';
import type { authorizationv1 } from '../../../types';
import { strategy } from './strategy';

export const selfSubjectRulesReviews = defineResource<authorizationv1.SelfSubjectRulesReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectRulesReview',
  plural: 'selfsubjectrulesreviews',
  scope: 'Cluster',
  verbs: ['create'],
  storagePrefix: 'none',
  strategy,
});
