import { REGEX_LENGTH_FACTOR, STRING_TRAVERSAL_FACTOR } from './costs';
import { type CallEstimate, ONE, plus, type Range, scaled, type SizedNode, times, UNBOUNDED, ZERO } from './estimates';

type Estimate = (target: SizedNode | undefined, args: readonly SizedNode[], overload: string) => CallEstimate | undefined;

const nominal: Estimate = () => ({ cost: ONE });

const sizeOf = (node: SizedNode | undefined): Range => node?.size ?? ZERO;

/** Going through a text `times` over. */
const through = (size: Range, factor = 1): Range => scaled(size, factor * STRING_TRAVERSAL_FACTOR);

const ofFirstArgument: Estimate = (_target, [first]) => first && { cost: through(first.size) };

const keepsSize: Estimate = (target) => target && { cost: through(target.size), size: target.size };

const wholeList: Estimate = (target) => {
  if (!target) return undefined;
  if (!target.isList) return { cost: through(target.size) };
  const element = target.elementSize ? plus(ONE, through(target.elementSize)) : ONE;
  return { cost: times(target.size, element) };
};

const search: Estimate = (target, [source]) =>
  target && source && {
    cost: times(through(plus(target.size, ONE)), scaled(source.size, REGEX_LENGTH_FACTOR)),
    size: { min: 0, max: target.size.max },
  };

const split: Estimate = (target, [, limit]) =>
  target && { cost: through(target.size, 2), size: { min: 0, max: typeof limit?.literal === 'bigint' ? Number(BigInt.asUintN(64, limit.literal)) : target.size.max } };

const join: Estimate = (target, [separator]) => {
  if (!target) return undefined;
  const items = target.elementSize ? times(target.size, target.elementSize) : ZERO;
  const gaps = { min: Math.max(0, target.size.min - 1), max: Math.max(0, target.size.max - 1) };
  const size = plus(items, separator ? times(separator.size, gaps) : ZERO);
  return { cost: through(size), size };
};

const replace: Estimate = (target, [part, by]) => {
  if (!target || !part || !by) return undefined;
  const size = target.size;
  const longest = replacement(size.max, part.size.min, by.size.max, (with_, without) => with_ <= without);
  const shortest = replacement(size.min, part.size.max, by.size.min, (with_, without) => without <= with_);
  return { cost: through(size, 2), size: { min: shortest, max: longest } };
};

/** The length of a text of `length` after parts of length `part` became `by` long. */
function replacement(length: number, part: number, by: number, keeps: (by: number, part: number) => boolean): number {
  if (part === 0) return Math.min(UNBOUNDED, Math.min(UNBOUNDED, length + 1) * by + length);
  return keeps(by, part) ? length : Math.min(UNBOUNDED, Math.ceil(length / part) * by);
}

const ADDRESS: Range = { min: 4, max: 16 };

const containsIp: Estimate = (_target, [other], overload) => ({
  cost: plus(through(plus(ADDRESS, ADDRESS)), overload.endsWith('_string') ? through(sizeOf(other)) : ZERO),
});

const containsCidr: Estimate = (_target, [other], overload) => ({
  cost: plus(through(plus(ADDRESS, ADDRESS)), through(ADDRESS), ONE, overload.endsWith('_string') ? through(sizeOf(other)) : ZERO),
});

const listProduct = (factor: number): Estimate => (_target, [a, b]) => a && b && { cost: scaled(plus(times(a.size, b.size), ONE), factor) };

/** The estimates of Kubernetes' libraries by function, after upstream's library.CostEstimator. */
const ESTIMATES: ReadonlyMap<string, Estimate> = new Map<string, Estimate>([
  ['check', () => ({ cost: { min: 350_000, max: 350_000 } })],
  ...[
    'serviceAccount', 'path', 'group', 'resource', 'subresource', 'namespace', 'name', 'allowed', 'reason', 'error', 'errored', 'fieldSelector', 'labelSelector',
    'masked', 'prefixLength', 'family', 'isUnspecified', 'isLoopback', 'isLinkLocalMulticast', 'isLinkLocalUnicast', 'isGlobalUnicast',
    'sign', 'asInteger', 'isInteger', 'asApproximateFloat', 'isGreaterThan', 'isLessThan', 'compareTo', 'add', 'sub', 'major', 'minor', 'patch', 'format.named',
  ].map((name): [string, Estimate] => [name, nominal]),
  ...['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map((name): [string, Estimate] => [name, wholeList]),
  ...['url', 'isURL', 'cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'].map((name): [string, Estimate] => [name, ofFirstArgument]),
  ...['lowerAscii', 'upperAscii', 'substring', 'trim'].map((name): [string, Estimate] => [name, keepsSize]),
  ['replace', replace],
  ['split', split],
  ['join', join],
  ['find', search],
  ['findAll', search],
  ['ip', (target, [first]) => (target || !first ? { cost: ONE } : { cost: through(first.size) })],
  ['ip.isCanonical', (_target, [first]) => first && { cost: through(first.size, 2) }],
  ['containsIP', containsIp],
  ['containsCIDR', containsCidr],
  ['validate', (_target, [value]) => value && { cost: through(value.size) }],
  ['format', (target) => target && { cost: through(target.size) }],
  ['jsonpatch.escapeKey', (_target, [key]) => key && { cost: through(key.size), size: { min: key.size.min, max: Math.min(UNBOUNDED, key.size.max * 2) } }],
  ['sets.contains', listProduct(1)],
  ['sets.intersects', listProduct(1)],
  ['sets.equivalent', listProduct(2)],
]);

/** What a call of a library's function costs; undefined for those of the language itself. */
export function libraryEstimate(name: string): Estimate | undefined {
  return ESTIMATES.get(name);
}
