import type { KubeObject } from '@typekube/apimachinery';
import { accessSamples } from './access';
import { coreSamples } from './core';
import { extensionSamples } from './extension';
import { networkingSamples } from './networking';
import { storageSamples } from './storage';
import { workloadSamples } from './workloads';

/**
 * A small valid object of every built-in kind that can be created, in each of its versions, by `group/version/Kind` (of the
 * core group: `v1/Kind`). Namespaced ones go into the
 * default namespace, which their references name. Copy one before changing it.
 */
export const samples: Readonly<Record<string, KubeObject>> = Object.fromEntries(
  [...coreSamples, ...workloadSamples, ...networkingSamples, ...storageSamples, ...accessSamples, ...extensionSamples].map(
    (object) => [`${object.apiVersion}/${object.kind}`, object],
  ),
);
