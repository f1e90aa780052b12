import { NOW } from '../testing/workloads';
import { planConditions } from './plan-conditions';

const CLEAN = { discoveryErrors: [], deletionErrors: [], remaining: new Map(), finalizers: new Map() };

it('says what keeps a namespace', () => {
  const outcome = {
    discoveryErrors: ['metrics.k8s.io/v1beta1: down'],
    deletionErrors: ['b', 'a'],
    remaining: new Map([['pods.', 2], ['deployments.apps', 1]]),
    finalizers: new Map([['example.com/hold', 1]]),
  };
  expect(planConditions(undefined, outcome, NOW).map(({ type, status, message }) => `${type} ${status} ${message}`)).toEqual([
    'NamespaceDeletionDiscoveryFailure True Discovery failed for some groups, 1 failing: ' +
      'unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: down',
    'NamespaceDeletionGroupVersionParsingFailure False All legacy kube types successfully parsed',
    'NamespaceDeletionContentFailure True Failed to delete all resource types, 2 remaining: a, b',
    'NamespaceContentRemaining True Some resources are remaining: deployments.apps has 1 resource instances, pods. has 2 resource instances',
    'NamespaceFinalizersRemaining True Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
  ]);
});

it('keeps times of what stays the same', () => {
  const first = planConditions([], CLEAN, NOW);
  expect(planConditions(first, CLEAN, NOW + 5000)).toEqual(first);
});
