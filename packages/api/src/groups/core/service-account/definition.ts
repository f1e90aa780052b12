import { defineResource } from '../../../registry/define-resource';
import { actionSubresource } from '../../../registry/subresources';
import type { corev1 } from '../../../types';
import { table } from './columns';
import { strategy } from './strategy';

export const serviceAccounts = defineResource<corev1.ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  scope: 'Namespaced',
  strategy,
  subresources: {
    token: actionSubresource(['create'], 'authentication.k8s.io/v1', 'TokenRequest'),
  },
  table,
});
