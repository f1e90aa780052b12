import { fieldErrorMessage } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { setDefaults } from './defaults';
import { finalizeStrategy, statusStrategy, strategy } from './strategy';
import { validateNamespace, validateNamespaceStatusUpdate } from './validate';

const context = { user: { name: 'u', groups: [] }, now: new Date(0) };
const namespace = (fields: Partial<corev1.Namespace> = {}): corev1.Namespace => ({
  apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' }, ...fields,
});

describe('a namespace', () => {
  it('carries its name as a label', () => {
    const object = namespace({ metadata: { name: 'a', labels: { x: 'y' } } });
    setDefaults(object);
    expect(object.metadata.labels).toEqual({ x: 'y', 'kubernetes.io/metadata.name': 'a' });
  });

  it('is created active, with a finalizer', () => {
    const object = namespace({ status: { phase: 'Terminating' } });
    strategy.prepareForCreate?.(object, context);
    expect(object.status).toEqual({ phase: 'Active' });
    expect(object.spec).toEqual({ finalizers: ['kubernetes'] });
  });

  it('keeps its finalizers on an update, save through finalize', () => {
    const old = namespace({ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } });
    const updated = namespace({ spec: { finalizers: [] } });
    finalizeStrategy.prepareForUpdate?.(updated, old, context);
    expect(updated.spec).toEqual({ finalizers: [] });
    strategy.prepareForUpdate?.(updated, old, context);
    expect(updated.spec).toEqual({ finalizers: ['kubernetes'] });
    statusStrategy.prepareForUpdate?.(updated, old, context);
    expect(updated.status).toEqual({ phase: 'Active' });
  });

  it.each<[string, string[]]>([
    ['kubernetes', []],
    ['example.com/mine', []],
    ['mine', [
      'spec.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified']],
  ])('has the finalizer %s', (finalizer, errors) => {
    expect(validateNamespace(namespace({ spec: { finalizers: [finalizer] } })).map(fieldErrorMessage)).toEqual(errors);
  });

  it.each<[string | undefined, string, string[]]>([
    [undefined, 'Active', []],
    [undefined, 'Terminating', [
      'status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty']],
    ['2024-01-01T00:00:00Z', 'Terminating', []],
    ['2024-01-01T00:00:00Z', 'Active', [
      'status.Phase: Invalid value: "Active": may only be \'Terminating\' if `deletionTimestamp` is not empty']],
  ])('deleted at %s may be %s', (deletionTimestamp, phase, errors) => {
    const object = namespace({ metadata: { name: 'a', deletionTimestamp }, status: { phase } });
    expect(validateNamespaceStatusUpdate(object).map(fieldErrorMessage)).toEqual(errors);
  });
});
