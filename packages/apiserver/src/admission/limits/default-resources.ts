import type { corev1 } from '@typekube/api';

const ANNOTATION = 'kubernetes.io/limit-ranger';

/** Gives the containers of a pod what the range has as defaults, and notes on the pod what was set. */
export function setDefaultResources(pod: corev1.Pod, range: corev1.LimitRange): void {
  const defaults = defaultsOf(range);
  const notes = [
    ...(pod.spec?.containers ?? []).flatMap((container) => complete(container, defaults, 'container')),
    ...(pod.spec?.initContainers ?? []).flatMap((container) => complete(container, defaults, 'init container')),
  ];
  if (notes.length === 0) return;
  pod.metadata.annotations = { ...pod.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}` };
}

interface Defaults {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

function defaultsOf({ spec }: corev1.LimitRange): Defaults {
  const items = (spec?.limits ?? []).filter(({ type }) => type === 'Container');
  return {
    requests: Object.assign({}, ...items.map((item) => item.defaultRequest)) as Record<string, string>,
    limits: Object.assign({}, ...items.map((item) => item.default)) as Record<string, string>,
  };
}

function complete(container: corev1.Container, defaults: Defaults, what: string): string[] {
  const limits = missing(container.resources?.limits, defaults.limits);
  const requests = missing(container.resources?.requests, defaults.requests);
  if (limits.length === 0 && requests.length === 0) return [];
  container.resources = {
    ...container.resources,
    ...(limits.length && { limits: { ...pick(defaults.limits, limits), ...container.resources?.limits } }),
    ...(requests.length && { requests: { ...pick(defaults.requests, requests), ...container.resources?.requests } }),
  };
  const note = (names: readonly string[], field: string): string[] =>
    names.length ? [`${[...names].sort().join(', ')} ${field} for ${what} ${container.name}`] : [];
  return [...note(requests, 'request'), ...note(limits, 'limit')];
}

function missing(present: Readonly<Record<string, string>> | undefined, defaults: Readonly<Record<string, string>>): string[] {
  return Object.keys(defaults).filter((name) => present?.[name] === undefined);
}

function pick(from: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, from[name]!]));
}
