import { compareValues } from './compare';
import { JsonPathError, type PathList, type PathNode } from './nodes';
import { printValue, typeName } from './print';

export interface EvaluateOptions {
  /** A field that is not there gives nothing instead of an error. */
  readonly allowMissingKeys: boolean;
}

/** Takes the steps of a path from each of the values. Throws a JsonPathError. */
export function evaluatePath(values: readonly unknown[], path: PathList, options: EvaluateOptions): readonly unknown[] {
  return path.reduce<readonly unknown[]>((current, node) => evaluateNode(current, node, options), values);
}

function evaluateNode(values: readonly unknown[], node: PathNode, options: EvaluateOptions): readonly unknown[] {
  switch (node.type) {
    case 'text':
      return [node.text];
    case 'number':
    case 'boolean':
      return values.map(() => node.value);
    case 'field':
      return evaluateField(values, node.name, options);
    case 'array':
      return values.flatMap((value) => evaluateSlice(value, node));
    case 'filter':
      return values.flatMap((value) => evaluateFilter(value, node, options));
    case 'wildcard':
      return values.flatMap(children);
    case 'recursive':
      return values.flatMap(descend);
    case 'union':
      return node.paths.flatMap((path) => evaluatePath(values, path, options));
    case 'identifier':
      throw new JsonPathError(`unrecognized identifier ${node.name}`);
  }
}

function evaluateField(values: readonly unknown[], name: string, options: EvaluateOptions): readonly unknown[] {
  if (!values.length) return values;
  const results = values.filter(isRecord).filter((value) => Object.hasOwn(value, name)).map((value) => value[name]);
  if (!results.length && !options.allowMissingKeys) throw new JsonPathError(`${name} is not found`);
  return results;
}

function evaluateSlice(value: unknown, { start, end, step }: Extract<PathNode, { type: 'array' }>): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new JsonPathError(`${typeName(value)} is not array or slice`);
  const { length } = value;
  const from = fromEnd(start.value ?? 0, length, false);
  const to = end.value === undefined ? length : fromEnd(end.value, length, end.derived);
  if (from === to) return [];
  if (from >= length || from < 0) throw outOfBounds(from, length);
  if (to > length || to < 0) throw outOfBounds(to - 1, length);
  if (from > to) throw new JsonPathError(`starting index ${from} is greater than ending index ${to}`);
  const stride = step.value ?? 1;
  if (stride <= 0) throw new JsonPathError('step must be > 0');
  const slice: readonly unknown[] = value.slice(from, to);
  return slice.filter((_, i) => i % stride === 0);
}

/** A negative index counts from the end, and so does the end that `[-1]` implies. */
function fromEnd(index: number, length: number, derived: boolean): number {
  return index < 0 || (index === 0 && derived) ? index + length : index;
}

function outOfBounds(index: number, length: number): JsonPathError {
  return new JsonPathError(`array index out of bounds: index ${index}, length ${length}`);
}

type Filter = Extract<PathNode, { type: 'filter' }>;

function evaluateFilter(value: unknown, filter: Filter, options: EvaluateOptions): readonly unknown[] {
  if (!Array.isArray(value)) throw new JsonPathError(`${printValue(value)} is not array or slice and cannot be filtered`);
  const elements: readonly unknown[] = value;
  if (filter.operator === 'exists') {
    return elements.filter((element) => evaluatePath([element], filter.left, { allowMissingKeys: true }).length > 0);
  }
  return elements.filter((element) => {
    const left = onlyOne(evaluatePath([element], filter.left, options));
    const right = onlyOne(evaluatePath([element], filter.right, options));
    return left.length > 0 && right.length > 0 && compareValues(left[0], filter.operator, right[0]);
  });
}

function onlyOne(values: readonly unknown[]): readonly unknown[] {
  if (values.length > 1) throw new JsonPathError('can only compare one element at a time');
  return values;
}

/** The value itself and everything below it that has something below it. */
function descend(value: unknown): unknown[] {
  const below = children(value);
  return below.length ? [value, ...below.flatMap(descend)] : [];
}

/** The elements of a list, the values of a map, and, as upstream, the bytes of a text. */
function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return [...Buffer.from(value, 'utf8')];
  return isRecord(value) ? Object.values(value) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
