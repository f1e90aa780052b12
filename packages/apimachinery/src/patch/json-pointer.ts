import { isJsonObject, setOwn } from '../json/own-property';
import { PatchError } from './patch-error';

/** What a pointer can lead into. */
export type Container = unknown[] | Record<string, unknown>;

export function isContainer(value: unknown): value is Container {
  return Array.isArray(value) || isJsonObject(value);
}

/** The decoded tokens of a JSON pointer (RFC 6901); undefined for a text without any slash, to which nothing applies. */
export function pointerTokens(path: string): string[] | undefined {
  const parts = path.split('/').slice(1);
  return parts.length ? parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')) : undefined;
}

/** The value at a key or an index. A missing key gives undefined, as evanphx/json-patch's objects do; a bad index throws. */
export function getAt(container: Container, key: string): unknown {
  if (!Array.isArray(container)) return Object.hasOwn(container, key) ? container[key] : undefined;
  return container[existingIndex(container, key)];
}

export function setAt(container: Container, key: string, value: unknown): void {
  if (Array.isArray(container)) container[existingIndex(container, key)] = value;
  else setOwn(container, key, value);
}

/** Adds a member, or inserts an element; `-` appends, a negative index counts from behind the end. */
export function addAt(container: Container, key: string, value: unknown): void {
  if (!Array.isArray(container)) {
    setOwn(container, key, value);
  } else if (key === '-') {
    container.push(value);
  } else {
    container.splice(insertionIndex(container, key), 0, value);
  }
}

export function removeAt(container: Container, key: string): void {
  if (Array.isArray(container)) {
    container.splice(existingIndex(container, key), 1);
  } else if (Object.hasOwn(container, key)) {
    delete container[key];
  } else {
    throw new PatchError(422, `Unable to remove nonexistent key: ${key}: missing value`);
  }
}

function existingIndex(array: readonly unknown[], key: string): number {
  return boundedIndex(parseIndex(key, ''), array.length);
}

function insertionIndex(array: readonly unknown[], key: string): number {
  return boundedIndex(parseIndex(key, `value was not a proper array index: '${key}': `), array.length + 1);
}

/** An index below `length`; negative ones count back from there. */
function boundedIndex(index: number, length: number): number {
  if (index >= length || index < -length) {
    throw new PatchError(422, `Unable to access invalid index: ${index}: invalid index referenced`);
  }
  return index < 0 ? index + length : index;
}

/** As Go's strconv.Atoi; `context` goes before its error text. */
function parseIndex(key: string, context: string): number {
  const index = /^[+-]?\d+$/.test(key) ? Number(key) : NaN;
  if (Number.isSafeInteger(index)) return index;
  const why = Number.isNaN(index) ? 'invalid syntax' : 'value out of range';
  throw new PatchError(422, `${context}strconv.Atoi: parsing ${JSON.stringify(key)}: ${why}`);
}
