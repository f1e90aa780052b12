import type { admissionregistrationv1 } from '@typekube/api';
import { Controller, validatingAdmissionPolicies, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { retryConflicts } from '../shared/retry-conflicts';
import { namedResources, planStatus } from './plan-status';
import { typesOfKinds } from './types-of-kinds';

/** Checks the expressions of policies against the types of what they are about, and tells in their status. */
export function admissionPolicyStatusController(deps: ControllerDeps, workers: number): Runnable {
  const informer = deps.informers.for(validatingAdmissionPolicies);
  return new Controller({
    name: 'validatingadmissionpolicy-status',
    watches: [watching(informer)],
    workers,
    reconcile: retryConflicts(async (name, { signal }) => {
      const policy = informer.indexer.get(name);
      if (!policy || (policy.status?.observedGeneration === policy.metadata.generation && policy.status?.typeChecking)) return;
      const status = planStatus(policy, await typesOfKinds(namedResources(policy), deps.client, signal));
      if (!status) return;
      const changed: typeof policy = { ...policy, status: { ...policy.status, ...status } };
      await deps.client.for<admissionregistrationv1.ValidatingAdmissionPolicy>(validatingAdmissionPolicies).update(changed, { signal, subresource: 'status' });
    }),
    metrics: deps.metrics('validatingadmissionpolicy-status'),
    logger: deps.logger,
    clock: deps.clock,
  });
}
