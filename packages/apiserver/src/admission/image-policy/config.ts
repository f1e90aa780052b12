import { parseYaml } from '../../http/yaml';

export interface ImagePolicyConfig {
  readonly kubeConfigFile: string;
  readonly allowMs: number;
  readonly denyMs: number;
  readonly retryMs: number;
  /** Whether pods pass when the webhook cannot be asked. */
  readonly defaultAllow: boolean;
}

interface Duration {
  readonly unitMs: number;
  readonly defaultMs: number;
  readonly maxMs: number;
}

const TTL = { unitMs: 1000, maxMs: 30 * 60_000 };

/** Reads the plugin's configuration, which has no version: everything stands under `imagePolicy`. Fails with the field that is wrong. */
export function readImagePolicyConfig(text: string | undefined): ImagePolicyConfig {
  const { imagePolicy } = (text ? parseYaml(text).value : {}) as { imagePolicy?: Record<string, unknown> };
  const { kubeConfigFile, allowTTL, denyTTL, retryBackoff, defaultAllow } = imagePolicy ?? {};
  if (typeof kubeConfigFile !== 'string' || !kubeConfigFile) throw new Error('validate requires kubeConfigFile');
  return {
    kubeConfigFile,
    allowMs: durationOf('allow cache', allowTTL, { ...TTL, defaultMs: 5 * 60_000 }),
    denyMs: durationOf('deny cache', denyTTL, { ...TTL, defaultMs: 30_000 }),
    retryMs: durationOf('backoff', retryBackoff, { unitMs: 1, defaultMs: 500, maxMs: 5 * 60_000 }),
    defaultAllow: defaultAllow === true,
  };
}

/** 0 is the default, -1 is none. */
function durationOf(what: string, value: unknown, { unitMs, defaultMs, maxMs }: Duration): number {
  if (value === undefined || value === null || value === 0) return defaultMs;
  if (value === -1) return 0;
  const milliseconds = typeof value === 'number' ? value * unitMs : Number.NaN;
  if (milliseconds >= unitMs && milliseconds <= maxMs) return milliseconds;
  throw new Error(`validate ${what}: valid value is between ${unitMs}ms and ${maxMs}ms, got ${JSON.stringify(value)}`);
}
