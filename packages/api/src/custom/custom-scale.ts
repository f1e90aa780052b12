import { getOwn, isJsonObject, type KubeObject, newInternalError, setOwn } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../types';
import type { ScaleSubresource } from '../registry/resource-definition';
import { CREATION_TIMESTAMP } from '../shared/columns/descriptions';
import { customTable } from './custom-table';

/** Its columns read the scale itself, wherever the object has its numbers. */
const SCALE_TABLE = customTable([
  { name: 'Desired', type: 'integer', description: 'Number of desired replicas', jsonPath: '.spec.replicas' },
  { name: 'Available', type: 'integer', description: 'Number of actual replicas', jsonPath: '.status.replicas' },
  { name: 'Age', type: 'date', description: CREATION_TIMESTAMP, jsonPath: '.metadata.creationTimestamp' },
]);

/** The scale of a custom resource, at the paths that its definition names. */
export function customScale({
  specReplicasPath,
  statusReplicasPath,
  labelSelectorPath,
}: apiextensionsv1.CustomResourceSubresourceScale): ScaleSubresource {
  const [spec, status, selector] = [specReplicasPath, statusReplicasPath, labelSelectorPath ?? ''].map(stepsOf);
  return {
    type: 'scale',
    verbs: ['get', 'patch', 'update'],
    getScale: (object) => ({
      specReplicas: numberAt(object, spec ?? []),
      statusReplicas: numberAt(object, status ?? []),
      selector: labelSelectorPath ? textAt(object, selector ?? []) : '',
    }),
    setReplicas: (object, replicas) => setAt(object, spec ?? [], replicas),
    replicasPath: spec ?? [],
    table: SCALE_TABLE,
    checkReadable(object) {
      if (valueAt(object, spec ?? []) !== undefined) return;
      throw newInternalError(new Error(`the spec replicas field ${JSON.stringify(specReplicasPath)} does not exist`));
    },
  };
}

/** `.spec.replicas`: plain names only, no arrays, which the definition's rules see to. */
function stepsOf(path: string): string[] {
  return path.split('.').filter(Boolean);
}

function valueAt(object: KubeObject, steps: readonly string[]): unknown {
  let value: unknown = object;
  for (const step of steps) value = isJsonObject(value) ? getOwn(value, step) : undefined;
  return value;
}

function numberAt(object: KubeObject, steps: readonly string[]): number {
  const value = valueAt(object, steps);
  return typeof value === 'number' ? value : 0;
}

function textAt(object: KubeObject, steps: readonly string[]): string {
  const value = valueAt(object, steps);
  return typeof value === 'string' ? value : '';
}

function setAt(object: KubeObject, steps: readonly string[], replicas: number): void {
  if (!isJsonObject(object)) return;
  let parent: Record<string, unknown> = object;
  for (const step of steps.slice(0, -1)) {
    const child = getOwn(parent, step);
    const next = isJsonObject(child) ? child : {};
    setOwn(parent, step, next);
    parent = next;
  }
  setOwn(parent, steps[steps.length - 1] ?? '', replicas);
}
