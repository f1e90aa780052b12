import { fieldErrorMessage } from '@typekube/apimachinery';
import type { coordinationv1 } from '../../../types';
import { validateLease } from './validate';

it.each<[string, coordinationv1.LeaseSpec, string[]]>([
  ['nothing', {}, []],
  ['a lease', { leaseDurationSeconds: 15, leaseTransitions: 0, strategy: 'OldestEmulationVersion', preferredHolder: 'x' }, []],
  ['no time', { leaseDurationSeconds: 0 }, ['spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0']],
  ['negative transitions', { leaseTransitions: -1 }, [
    'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0']],
  ['an unknown strategy', { strategy: 'Foo' }, [
    'spec.strategy.strategy: Unsupported value: "Foo": supported values: "OldestEmulationVersion"']],
  ['a strategy of somebody', { strategy: 'example.com/Foo' }, []],
  ['a preference without strategy', { preferredHolder: 'x' }, [
    'spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined']],
])('validates %s', (_, spec, errors) => {
  const lease: coordinationv1.Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'a' }, spec };
  expect(validateLease(lease).map(fieldErrorMessage)).toEqual(errors);
});
