import type { corev1 } from '../../../types';

/** Container limits: `default` falls back on `max`, `defaultRequest` on `default`, then on `min`. */
export function setDefaults(limitRange: corev1.LimitRange): void {
  for (const limit of limitRange.spec?.limits ?? []) {
    if (limit.type !== 'Container') continue;
    const defaults = { ...limit.max, ...limit.default };
    const defaultRequest = { ...limit.min, ...defaults, ...limit.defaultRequest };
    if (Object.keys(defaults).length > 0) limit.default = defaults;
    if (Object.keys(defaultRequest).length > 0) limit.defaultRequest = defaultRequest;
  }
}
