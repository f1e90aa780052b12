import type { corev1 } from '@typekube/api';
import { newTooManyRequests } from '@typekube/apimachinery';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import { type MakePlugin, type PluginSetup, readPluginConfig } from '../plugin-descriptor';
import { isResource } from '../pods';
import { RateLimits } from '../rate-limits';

const CONFIGURATION = {
  kind: 'Configuration',
  apiVersions: ['eventratelimit.admission.k8s.io/v1alpha1'],
  fields: { limits: { list: { fields: { type: 'string', qps: 'integer', burst: 'integer', cacheSize: 'integer' } } } },
} as const;

const DEFAULT_CACHE_SIZE = 4096;

const KEYS: Readonly<Record<string, (attributes: AdmissionAttributes) => string>> = {
  Server: () => '',
  Namespace: ({ namespace }) => namespace,
  User: ({ user }) => user.name,
  SourceAndObject: ({ object }) => {
    const { source, involvedObject: about } = object as corev1.Event;
    return [source?.component, source?.host, about?.kind, about?.namespace, about?.name, about?.uid, about?.apiVersion].join('');
  },
};

/** Upstream's EventRateLimit: no more events than the configuration allows, by server, namespace, user, or source and object. */
export async function prepareEventRateLimit(setup: PluginSetup, now: () => number = () => performance.now()): Promise<MakePlugin> {
  const limits = (await readPluginConfig(setup, CONFIGURATION))?.limits ?? [];
  if (limits.length === 0) throw new Error('limits: Invalid value: null: must not be empty');
  return () => {
    const enforced = limits.map(({ type = '', qps = 0, burst = 0, cacheSize = 0 }, i) => {
      const keyOf = KEYS[type];
      if (!keyOf) throw new Error(`limits[${i}].type: Unsupported value: "${type}": supported values: ${Object.keys(KEYS).map((key) => `"${key}"`).join(', ')}`);
      if (qps <= 0) throw new Error(`limits[${i}].qps: Invalid value: ${qps}: must be positive`);
      if (burst <= 0) throw new Error(`limits[${i}].burst: Invalid value: ${burst}: must be positive`);
      if (cacheSize < 0) throw new Error(`limits[${i}].cacheSize: Invalid value: ${cacheSize}: must be positive`);
      return { type, keyOf, rates: new RateLimits({ qps, burst, size: cacheSize || DEFAULT_CACHE_SIZE, now }) };
    });
    return {
      name: 'EventRateLimit',
      handles: (target) =>
        (isResource(target, '', 'events') || isResource(target, 'events.k8s.io', 'events')) &&
        (target.operation === 'CREATE' || target.operation === 'UPDATE'),
      validate(attributes) {
        if (attributes.dryRun) return;
        const refusals = enforced.flatMap(({ type, keyOf, rates }) => {
          const key = keyOf(attributes);
          return rates.take(key) ? [] : [`limit reached on type ${type} for key ${key}`];
        });
        if (refusals.length) throw newTooManyRequests(refusals.length === 1 ? refusals[0]! : `[${refusals.join(', ')}]`, 1);
      },
    } satisfies AdmissionPlugin;
  };
}
