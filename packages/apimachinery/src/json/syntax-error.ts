/** The text is not JSON. The message is the one of Go's encoding/json, which clients of Kubernetes see. */
export class JsonSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonSyntaxError';
  }
}

/** `invalid character 'x' looking for beginning of value`. Go looks at bytes: `first` is the first byte of the character. */
export function invalidCharacter(text: string, at: number, context: string): JsonSyntaxError {
  const code = text.codePointAt(at);
  if (code === undefined) return new JsonSyntaxError('unexpected end of JSON input');
  const first = Buffer.from(String.fromCodePoint(code))[0] ?? 0;
  return new JsonSyntaxError(`invalid character ${quoteByte(first)} ${context}`);
}

const ESCAPES: Readonly<Record<number, string>> = {
  0x07: '\\a',
  0x08: '\\b',
  0x09: '\\t',
  0x0a: '\\n',
  0x0b: '\\v',
  0x0c: '\\f',
  0x0d: '\\r',
  0x22: '"',
  0x27: "\\'",
  0x5c: '\\\\',
};

function quoteByte(byte: number): string {
  const escape = ESCAPES[byte];
  if (escape !== undefined) return `'${escape}'`;
  if (byte < 0x20 || byte === 0x7f) return `'\\x${byte.toString(16).padStart(2, '0')}'`;
  const unprintable = (byte >= 0x80 && byte <= 0xa0) || byte === 0xad;
  return unprintable ? `'\\u00${byte.toString(16)}'` : `'${String.fromCharCode(byte)}'`;
}
