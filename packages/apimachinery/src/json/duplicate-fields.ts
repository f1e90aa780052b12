import { isJsonObject } from './own-property';
import { endOfString } from './string-end';

/** Upstream reports no more strict decoding errors than this. */
const MAX_REPORTED = 100;

/** A key whose colon does not follow at once. */
const SPACED_COLON = /"\s+:/;

/**
 * The paths of fields that stand twice in their object, in document order: `spec.replicas`, `spec.containers[0].name`,
 * `metadata.labels.app`. Each path once, at most 100. Upstream reports them as `duplicate field "PATH"` when field validation is
 * Strict or Warn.
 *
 * @param text valid JSON.
 * @param parsed what `parseJson` made of it, not changed since: it tells cheaply that there are no duplicates, the usual case.
 */
export function findDuplicateFields(text: string, parsed?: unknown): string[] {
  if (parsed !== undefined && hasKeysOf(text, parsed)) return [];
  return new DuplicateScanner(text).scan();
}

/**
 * Whether the text certainly has no more keys than the parsed value, where duplicates have become one. Every key ends in
 * `":`; what looks the same inside of a string only makes the answer no.
 */
function hasKeysOf(text: string, parsed: unknown): boolean {
  if (SPACED_COLON.test(text)) return false;
  let count = 0;
  for (let at = text.indexOf('":'); at >= 0; at = text.indexOf('":', at + 2)) count++;
  return count === countKeys(parsed);
}

function countKeys(root: unknown): number {
  let count = 0;
  const pending: unknown[] = [root];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (Array.isArray(value)) {
      for (const element of value) if (typeof element === 'object' && element !== null) pending.push(element);
    } else if (isJsonObject(value)) {
      for (const key in value) {
        count++;
        if (typeof value[key] === 'object' && value[key] !== null) pending.push(value[key]);
      }
    }
  }
  return count;
}

interface Frame {
  /** Undefined for an array. */
  readonly keys: Set<string> | undefined;
  /** The key or the index of the value being read. */
  segment: string | number;
}

class DuplicateScanner {
  private readonly frames: Frame[] = [];
  private readonly found = new Set<string>();

  constructor(private readonly text: string) {}

  scan(): string[] {
    const { text } = this;
    for (let at = 0; at < text.length && this.found.size < MAX_REPORTED; at++) {
      switch (text.charCodeAt(at)) {
        case 0x7b: // {
          this.frames.push({ keys: new Set(), segment: '' });
          at = this.readKey(at + 1);
          break;
        case 0x5b: // [
          this.frames.push({ keys: undefined, segment: 0 });
          break;
        case 0x7d: // }
        case 0x5d: // ]
          this.frames.pop();
          break;
        case 0x2c: // ,
          at = this.next(at + 1);
          break;
        case 0x22: // "
          at = endOfString(text, at);
          break;
      }
    }
    return [...this.found];
  }

  private next(at: number): number {
    const frame = this.frames.at(-1);
    if (typeof frame?.segment === 'number') {
      frame.segment++;
      return at - 1;
    }
    return this.readKey(at);
  }

  /** Reads the key from `at` on and returns the position of its closing quote; without a key, of the last character skipped. */
  private readKey(at: number): number {
    const { text } = this;
    while (text.charCodeAt(at) <= 0x20) at++;
    if (text.charCodeAt(at) !== 0x22) return at - 1;
    const end = endOfString(text, at);
    const raw = text.slice(at + 1, end);
    const key = raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw;
    this.enter(key);
    return end;
  }

  private enter(key: string): void {
    const frame = this.frames.at(-1);
    if (!frame?.keys) return;
    frame.segment = key;
    if (frame.keys.has(key)) this.found.add(this.path());
    else frame.keys.add(key);
  }

  private path(): string {
    let path = '';
    for (const { segment } of this.frames) {
      if (typeof segment === 'number') path += `[${segment}]`;
      else path += path ? `.${segment}` : segment;
    }
    return path;
  }
}
