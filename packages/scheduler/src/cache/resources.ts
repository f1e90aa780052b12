import { parseQuantity } from '@typekube/apimachinery';

/** Amounts of resources: CPU in thousandths, all else in its own unit (bytes, pieces). */
export interface Resources {
  milliCpu: number;
  memory: number;
  ephemeralStorage: number;
  /** Extended resources, huge pages and whatever else has a name of its own. */
  readonly scalars: Map<string, number>;
}

export type ResourceList = Readonly<Record<string, string>>;

export function noResources(): Resources {
  return { milliCpu: 0, memory: 0, ephemeralStorage: 0, scalars: new Map() };
}

/** The amounts of a resource list of the API, without `pods`. Throws a QuantityError where a quantity is none. */
export function resourcesOf(list: ResourceList | undefined): Resources {
  const resources = noResources();
  for (const [name, text] of Object.entries(list ?? {})) {
    if (name !== 'pods') setAmount(resources, name, amountOf(name, text));
  }
  return resources;
}

/** One amount, in the unit that the scheduler counts in. */
export function amountOf(name: string, text: string): number {
  const quantity = parseQuantity(text);
  return Number(name === 'cpu' ? quantity.milliValue() : quantity.value());
}

export function getAmount(resources: Resources, name: string): number {
  switch (name) {
    case 'cpu':
      return resources.milliCpu;
    case 'memory':
      return resources.memory;
    case 'ephemeral-storage':
      return resources.ephemeralStorage;
    default:
      return resources.scalars.get(name) ?? 0;
  }
}

export function setAmount(resources: Resources, name: string, amount: number): void {
  if (name === 'cpu') resources.milliCpu = amount;
  else if (name === 'memory') resources.memory = amount;
  else if (name === 'ephemeral-storage') resources.ephemeralStorage = amount;
  else resources.scalars.set(name, amount);
}

/** Adds `more` to `resources`. */
export function addResources(resources: Resources, more: Resources): void {
  resources.milliCpu += more.milliCpu;
  resources.memory += more.memory;
  resources.ephemeralStorage += more.ephemeralStorage;
  for (const [name, amount] of more.scalars) resources.scalars.set(name, (resources.scalars.get(name) ?? 0) + amount);
}

/** Raises each amount to that of `other` where it is less. */
export function maxResources(resources: Resources, other: Resources): void {
  resources.milliCpu = Math.max(resources.milliCpu, other.milliCpu);
  resources.memory = Math.max(resources.memory, other.memory);
  resources.ephemeralStorage = Math.max(resources.ephemeralStorage, other.ephemeralStorage);
  for (const [name, amount] of other.scalars) resources.scalars.set(name, Math.max(resources.scalars.get(name) ?? 0, amount));
}

/** A copy that may change. */
export function cloneResources(resources: Resources): Resources {
  return { ...resources, scalars: new Map(resources.scalars) };
}
