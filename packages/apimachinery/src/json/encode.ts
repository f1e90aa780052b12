/**
 * Writes a value as compact JSON; the counterpart of `parseJson`. Bigints are written as integers, nesting may be as deep
 * as `parseJson` allows. Costs no more than JSON.stringify where neither occurs.
 */
export function encodeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    // JSON.stringify refuses bigints with a TypeError, and deep nesting exhausts its stack with a RangeError.
    if (error instanceof TypeError || error instanceof RangeError) return encodeIteratively(value);
    throw error;
  }
}

interface Frame {
  readonly container: object;
  readonly isArray: boolean;
  readonly entries: Iterator<[string, unknown]>;
  separator: '' | ',';
}

/** Frames live on the heap, so depth is bounded by memory only. */
function encodeIteratively(root: unknown): string {
  const out: string[] = [];
  const frames: Frame[] = [];
  const open = new Set<object>();

  const write = (value: unknown): void => {
    if (typeof value === 'bigint') {
      out.push(value.toString());
    } else if (typeof value !== 'object' || value === null) {
      out.push(JSON.stringify(value) ?? 'null');
    } else {
      if (open.has(value)) throw new TypeError('Converting circular structure to JSON');
      open.add(value);
      out.push(Array.isArray(value) ? '[' : '{');
      frames.push({ container: value, isArray: Array.isArray(value), entries: Object.entries(value).values(), separator: '' });
    }
  };

  write(root);
  for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
    const entry = frame.entries.next();
    if (entry.done) {
      out.push(frame.isArray ? ']' : '}');
      open.delete(frame.container);
      frames.pop();
      continue;
    }
    const [key, value] = entry.value;
    if (value === undefined && !frame.isArray) continue;
    out.push(frame.separator);
    frame.separator = ',';
    if (!frame.isArray) out.push(JSON.stringify(key), ':');
    write(value);
  }
  return out.join('');
}
