import { encodeJson } from '../json/encode';
import { jsonEqual } from '../json/equal';
import { isJsonObject } from '../json/own-property';
import { parseJson } from '../json/parse';
import { decodeObject } from '../schema/decode';
import { DecodeError } from '../schema/decode-error';
import type { Schema } from '../schema/schema';
import { checkPatchDepth } from './depth';
import { type Container, addAt, getAt, isContainer, pointerTokens, removeAt, setAt } from './json-pointer';
import { PatchError } from './patch-error';

/** One step of a JSON patch (RFC 6902), not yet checked: a field of it may be missing. */
export interface JsonPatchOperation {
  readonly op?: string;
  readonly path?: string;
  readonly from?: string;
  readonly value?: unknown;
}

export interface DecodedJsonPatch {
  readonly operations: readonly JsonPatchOperation[];
  /** Upstream words them `json patch unknown field "PATH"` when field validation is Strict or Warn. */
  readonly unknownFields: readonly string[];
}

const MAX_OPERATIONS = 10_000;
/** What the API server allows all copies of one patch to add, in bytes of JSON: its limit for request bodies. */
const MAX_COPIED_BYTES = 3 * 1024 * 1024;

const OPERATIONS: Schema = {
  type: 'array',
  items: {
    type: 'object',
    name: 'handlers.jsonPatchOp',
    properties: { op: { type: 'string' }, path: { type: 'string' }, from: { type: 'string' }, value: { type: 'any' } },
  },
};

/**
 * Checks the form of a parsed JSON patch.
 *
 * @throws PatchError 400 when it is not a list of operations, 413 when there are more than 10,000.
 */
export function decodeJsonPatch(patch: unknown): DecodedJsonPatch {
  checkPatchDepth(patch);
  const copy = Array.isArray(patch) ? patch.map((op: unknown) => (isJsonObject(op) ? { ...op } : op)) : patch;
  try {
    const { value, unknownFields } = decodeObject(OPERATIONS, copy ?? []);
    // The schema says what the elements are.
    const operations = value as JsonPatchOperation[];
    checkCount(operations.length);
    return { operations, unknownFields };
  } catch (error) {
    if (error instanceof DecodeError) throw new PatchError(400, `error decoding patch: ${error.message}`);
    throw error;
  }
}

function checkCount(count: number): void {
  if (count > MAX_OPERATIONS) {
    throw new PatchError(413, `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${count}`);
  }
}

/**
 * Applies a JSON patch with the rules of evanphx/json-patch v4, which upstream uses: negative indexes count from the end,
 * `replace` sets a missing member of an object, `test` takes a missing member for null, all copies together add at most 3 MiB.
 * Neither argument is changed; the result may share parts with both.
 *
 * @throws PatchError 400 and 413 for its form (see `decodeJsonPatch`), 422 when an operation does not apply. Upstream
 *   answers 422 with a generic message, not with this one.
 */
export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  const { operations } = decodeJsonPatch(patch);
  const patched = new PatchedDocument(document);
  for (const operation of operations) patched.apply(operation);
  return patched.root;
}

/** A place: the container and the last token of a pointer. */
type Place = readonly [container: Container, key: string];

class PatchedDocument {
  /** Containers made here: only these may be changed. */
  private readonly own = new WeakSet<Container>();
  private copiedBytes = 0;

  constructor(public root: unknown) {}

  apply(operation: JsonPatchOperation): void {
    switch (operation.op) {
      case 'add':
        return this.add(operation);
      case 'remove':
        return this.remove(operation);
      case 'replace':
        return this.replace(operation);
      case 'move':
        return this.move(operation);
      case 'copy':
        return this.copy(operation);
      case 'test':
        return this.test(operation);
      default:
        throw new PatchError(422, `Unexpected kind: ${operation.op ?? 'unknown'}`);
    }
  }

  private add({ path, value = null }: JsonPatchOperation): void {
    const at = this.find(path, 'add operation failed to decode path: missing value');
    if (!at) throw missing(`add operation does not apply: doc is missing path: "${path}"`);
    within(`error in add for path: '${path}'`, () => addAt(...at, value));
  }

  private remove({ path }: JsonPatchOperation): void {
    const at = this.find(path, 'remove operation failed to decode path: missing value');
    if (!at) throw missing(`remove operation does not apply: doc is missing path: "${path}"`);
    within(`error in remove for path: '${path}'`, () => removeAt(...at));
  }

  private replace({ path, value = null }: JsonPatchOperation): void {
    if (path === '') {
      if (!isContainer(value)) throw new PatchError(422, 'replace operation value must be object or array: %!w(<nil>)');
      this.root = value;
      return;
    }
    const at = this.find(path, 'replace operation failed to decode path: operation missing path field: missing value');
    if (!at) throw missing(`replace operation does not apply: doc is missing path: ${path}`);
    try {
      setAt(...at, value);
    } catch (error) {
      if (error instanceof PatchError) throw missing(`replace operation does not apply: doc is missing key: ${path}`);
      throw error;
    }
  }

  private move({ from, path }: JsonPatchOperation): void {
    const source = this.find(from, 'move operation failed to decode from: operation, missing from field: missing value');
    if (!source) throw missing(`move operation does not apply: doc is missing from path: ${from}`);
    const value = within(`error in move for path: '${source[1]}'`, () => {
      const found = getAt(...source);
      removeAt(...source);
      return found;
    });
    const at = this.find(path, 'move operation failed to decode path: operation missing path field: missing value');
    if (!at) throw missing(`move operation does not apply: doc is missing destination path: ${path}`);
    within(`error in move for path: '${path}'`, () => addAt(...at, value));
  }

  private copy({ from, path }: JsonPatchOperation): void {
    const source = this.find(from, 'copy operation failed to decode from: operation, missing from field: missing value');
    if (!source) throw missing(`copy operation does not apply: doc is missing from path: ${from}`);
    const value = within(`error in copy for from: '${from}'`, () => getAt(...source));
    const at = this.find(path, 'copy operation failed to decode path: missing value');
    if (!at) throw missing(`copy operation does not apply: doc is missing destination path: ${path}`);
    const copied = this.copyOf(value);
    within('error while adding value during copy', () => addAt(...at, copied));
  }

  /** A deep copy, so that later operations on one place do not show at the other. */
  private copyOf(value: unknown): unknown {
    if (value === undefined) return null;
    const text = encodeJson(value);
    this.copiedBytes += Buffer.byteLength(text);
    if (this.copiedBytes > MAX_COPIED_BYTES) {
      const why = `the accumulated size increase of copy is ${this.copiedBytes}, exceeding the limit ${MAX_COPIED_BYTES}`;
      throw new PatchError(422, `Unable to complete the copy, ${why}`);
    }
    return isContainer(value) ? parseJson(text) : value;
  }

  private test({ path, value }: JsonPatchOperation): void {
    if (path === '') return checkEqual(path, this.root, value);
    const at = this.find(path, 'test operation failed to decode path: operation missing path field: missing value');
    if (!at) throw missing(`test operation does not apply: is missing path: ${path}`);
    const found = within(`error in test for path: '${path}'`, () => getAt(...at));
    checkEqual(path, found, value);
  }

  /** The place a pointer leads to, in containers that may be changed; undefined if there is no such container. */
  private find(path: string | undefined, ifAbsent: string): Place | undefined {
    if (path === undefined) throw new PatchError(422, ifAbsent);
    const tokens = pointerTokens(path);
    const key = tokens?.pop();
    if (!tokens || key === undefined) return undefined;
    let container = isContainer(this.root) ? this.owned(this.root) : undefined;
    this.root = container ?? this.root;
    for (const token of tokens) {
      const next = container && this.childOf(container, token);
      if (!container || !isContainer(next)) return undefined;
      const own = this.owned(next);
      if (own !== next) setAt(container, token, own);
      container = own;
    }
    return container && [container, key];
  }

  /** Where a pointer leads through a bad index there is nothing. */
  private childOf(container: Container, token: string): unknown {
    try {
      return getAt(container, token);
    } catch (error) {
      if (error instanceof PatchError) return undefined;
      throw error;
    }
  }

  private owned(container: Container): Container {
    if (this.own.has(container)) return container;
    const copy = Array.isArray(container) ? [...container] : { ...container };
    this.own.add(copy);
    return copy;
  }
}

function checkEqual(path: string | undefined, found: unknown, expected: unknown): void {
  if (!jsonEqual(found ?? null, expected ?? null)) throw new PatchError(422, `testing value ${path} failed: test failed`);
}

function missing(message: string): PatchError {
  return new PatchError(422, `${message}: missing value`);
}

/** Puts the context before the message of a PatchError. */
function within<T>(context: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof PatchError) throw new PatchError(error.code, `${context}: ${error.message}`);
    throw error;
  }
}
