import { parseQuantity, Quantity } from '@typekube/apimachinery';
import type { Container } from '../objects';

const ONE = '1';

/** The value of `limits.cpu` and its like, in units of the divisor, rounded up (resource.ExtractContainerResourceValue). */
export function resourceValue(
  container: Container,
  resource: string,
  options: { divisor?: string | undefined; allocatable: Readonly<Record<string, string>> },
): string {
  const [kind, name = ''] = splitOnce(resource);
  const { requests = {}, limits = {} } = container.resources ?? {};
  if (kind !== 'limits' && kind !== 'requests') throw new Error(`unsupported container resource : ${resource}`);
  // Without a limit the node's allocatable is the limit (resource.MergeContainerResourceLimits).
  const isNodeBound = kind === 'limits' && ['cpu', 'memory', 'ephemeral-storage'].includes(name);
  const set = kind === 'limits' ? limits[name] : requests[name];
  const value = parseQuantity(set ?? (isNodeBound ? (options.allocatable[name] ?? '0') : '0'));
  return divideUp(value, parseQuantity(options.divisor && options.divisor !== '0' ? options.divisor : ONE), name).toString();
}

function divideUp(value: Quantity, divisor: Quantity, name: string): bigint {
  const [numerator, denominator] = name === 'cpu' ? [value.milliValue(), divisor.milliValue()] : [value.value(), divisor.value()];
  return denominator === 0n ? 0n : (numerator + denominator - 1n) / denominator;
}

function splitOnce(text: string): [string, string?] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}
