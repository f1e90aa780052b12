import { parseQuantity } from '@typekube/apimachinery';
import { type Container, isSidecar, type Pod, specOf } from '../objects';

/** Amounts by resource: CPU in thousandths, all else in its own unit. */
export type Amounts = ReadonlyMap<string, number>;

type Quantities = Readonly<Record<string, string>>;

export function amountOf(name: string, quantity: string): number {
  const parsed = parseQuantity(quantity);
  return Number(name === 'cpu' ? parsed.milliValue() : parsed.value());
}

export function amountsOf(quantities: Quantities = {}): Amounts {
  return new Map(Object.entries(quantities).map(([name, quantity]) => [name, amountOf(name, quantity)]));
}

/** What a pod takes of its node: what it asks for as a whole, else the most that its containers ask for at one time, and its overhead. */
export function podRequests(pod: Pod): Amounts {
  const { containers, initContainers = [], resources, overhead } = specOf(pod);
  const ofContainer = (container: Container): Amounts => amountsOf(container.resources?.requests);
  let running = containers.map(ofContainer).reduce(sum, NOTHING);
  let sidecars = NOTHING;
  let starting = NOTHING;
  for (const container of initContainers) {
    const amounts = ofContainer(container);
    if (isSidecar(container)) {
      running = sum(running, amounts);
      sidecars = sum(sidecars, amounts);
      starting = most(starting, sidecars);
    } else {
      starting = most(starting, sum(sidecars, amounts));
    }
  }
  const whole = [...amountsOf(resources?.requests)].filter(([name]) => isPodLevel(name));
  return sum(new Map([...most(running, starting), ...whole]), amountsOf(overhead));
}

export const NOTHING: Amounts = new Map();

export function sum(a: Amounts, b: Amounts): Amounts {
  return joined(a, b, (x, y) => x + y);
}

function most(a: Amounts, b: Amounts): Amounts {
  return joined(a, b, Math.max);
}

function joined(a: Amounts, b: Amounts, join: (x: number, y: number) => number): Amounts {
  const result = new Map(a);
  for (const [name, amount] of b) result.set(name, join(result.get(name) ?? 0, amount));
  return result;
}

function isPodLevel(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
}
