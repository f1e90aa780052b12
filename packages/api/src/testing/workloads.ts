import { type FieldError, fieldErrorMessage } from '@typekube/apimachinery';
import { setDefaults as setPodDefaults } from '../groups/core/pod/defaults';
import type { StrategyContext } from '../registry/resource-definition';
import type { corev1 } from '../types';

/** The texts that a client sees of these errors. */
export function messagesOf(errors: readonly FieldError[] | undefined): string[] {
  return (errors ?? []).map(fieldErrorMessage);
}

export const context: StrategyContext = { user: { name: 'tester', groups: [] }, now: new Date('2026-01-01T00:00:00Z') };

/** A valid pod with its defaults, changed by `change` before they are filled in. */
export function podWith(change: (spec: corev1.PodSpec) => void = () => {}): corev1.Pod & { spec: corev1.PodSpec } {
  const spec: corev1.PodSpec = { containers: [{ name: 'app', image: 'nginx:1' }] };
  change(spec);
  const pod: corev1.Pod & { spec: corev1.PodSpec } = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', uid: 'u1' },
    spec,
  };
  setPodDefaults(pod);
  return pod;
}

/** A template that carries the label `app: web`. */
export function template(change: (spec: corev1.PodSpec) => void = () => {}): corev1.PodTemplateSpec {
  const spec: corev1.PodSpec = { containers: [{ name: 'app', image: 'nginx:1' }] };
  change(spec);
  return { metadata: { labels: { app: 'web' } }, spec };
}

/** The first container, which every fixture has. */
export function firstContainer(spec: corev1.PodSpec): corev1.Container {
  const [container] = spec.containers;
  if (!container) throw new Error('the fixture has no container');
  return container;
}
