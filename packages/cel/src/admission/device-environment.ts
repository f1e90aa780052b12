import { estimateCost } from '../cost/static-cost';
import type { Range } from '../cost/estimates';
import type { TypeProvider } from '../env/environment';
import { KUBERNETES } from '../env/kubernetes';
import type { Program } from '../program';
import { BOOL, type CelType, DYN, mapOf, objectType, STRING } from '../types/cel-type';

const DEVICE = 'kubernetes.DRADevice';

const FIELDS: ReadonlyMap<string, CelType> = new Map([
  ['driver', STRING],
  ['attributes', mapOf(STRING, mapOf(STRING, DYN))],
  ['capacity', mapOf(STRING, mapOf(STRING, DYN))],
  ['allowMultipleAllocations', BOOL],
]);

const TYPES: TypeProvider = { fields: (name) => (name === DEVICE ? FIELDS : undefined) };

/** What selectors of devices (resource.k8s.io) are read against. */
export const DEVICE_ENVIRONMENT = KUBERNETES.withVariables({ device: objectType(DEVICE) }, TYPES);

/** Attributes and capacities are 32 at most, their names and values short. */
const MOST_ATTRIBUTES = 32;
const LONGEST_DOMAIN = 253;
const LONGEST_IDENTIFIER = 32;
const LONGEST_VALUE = 64;

/** What evaluating a selector costs at most. */
export function deviceSelectorCost({ checked }: Program): number {
  return estimateCost(checked, sizeOf).max;
}

function sizeOf([, field, ...path]: readonly string[]): Range | undefined {
  if (field === 'driver') return upTo(LONGEST_DOMAIN);
  if (field !== 'attributes' && field !== 'capacity') return undefined;
  const depth = path.length;
  if (depth === 0) return upTo(MOST_ATTRIBUTES);
  if (depth === 1) return path[0] === '@keys' ? upTo(LONGEST_DOMAIN) : upTo(MOST_ATTRIBUTES);
  return path[1] === '@keys' ? upTo(LONGEST_IDENTIFIER) : upTo(LONGEST_VALUE);
}

function upTo(max: number): Range {
  return { min: 0, max };
}
