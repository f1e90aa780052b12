import { toUSVString } from 'node:util';
import { JsonSyntaxError, invalidCharacter } from './syntax-error';
import { setOwn } from './own-property';

/** Go's JSON scanner refuses deeper nesting. */
export const MAX_JSON_DEPTH = 10_000;

const LARGEST_INT64 = 2n ** 63n - 1n;
const SMALLEST_INT64 = -(2n ** 63n);
/** No int64 has more digits; a sign may come before. */
const INT64_DIGITS = 19;

const INTEGER = /^-?\d+$/;
const KEY = 'looking for beginning of object key string';
const VALUE = 'looking for beginning of value';

interface Frame {
  readonly container: unknown[] | Record<string, unknown>;
  key: string;
}

/** What `beginValue` returns when it has opened a container that is not empty. */
const OPENED = Symbol('opened');

/**
 * Parses JSON slowly and exactly: integers beyond 2^53 that fit int64 become bigints (others floats, as Go's untyped decoding
 * has it), lone surrogates become U+FFFD, errors carry the texts of Go's scanner. Deep nesting costs heap, not stack.
 */
export function parseStrictly(text: string): unknown {
  return new StrictParser(text).parse();
}

class StrictParser {
  private at = 0;
  private readonly frames: Frame[] = [];

  constructor(private readonly text: string) {}

  parse(): unknown {
    for (;;) {
      let value = this.beginValue();
      if (value === OPENED) continue;
      for (;;) {
        const frame = this.frames.at(-1);
        if (!frame) return this.endTop(value);
        this.add(frame, value);
        if (this.continues(frame)) break;
        value = frame.container;
        this.frames.pop();
      }
    }
  }

  private endTop(value: unknown): unknown {
    this.skipSpace();
    if (this.at < this.text.length) throw this.invalid('after top-level value');
    return value;
  }

  private add(frame: Frame, value: unknown): void {
    if (Array.isArray(frame.container)) frame.container.push(value);
    else setOwn(frame.container, frame.key, value);
  }

  /** After a value: whether another follows in its container (then the parser stands before it). */
  private continues(frame: Frame): boolean {
    this.skipSpace();
    const inArray = Array.isArray(frame.container);
    const c = this.text[this.at];
    if (c === ',') {
      this.at++;
      if (!inArray) frame.key = this.readKey();
      return true;
    }
    if (c !== (inArray ? ']' : '}')) throw this.invalid(inArray ? 'after array element' : 'after object key:value pair');
    this.at++;
    return false;
  }

  private beginValue(): unknown {
    this.skipSpace();
    switch (this.text[this.at]) {
      case '{':
        return this.open({}, '}');
      case '[':
        return this.open([], ']');
      case '"':
        return this.readString();
      case 't':
        return this.readWord('true', true);
      case 'f':
        return this.readWord('false', false);
      case 'n':
        return this.readWord('null', null);
      default:
        return this.readNumber();
    }
  }

  private open(container: Frame['container'], close: '}' | ']'): unknown {
    if (this.frames.length >= MAX_JSON_DEPTH) throw new JsonSyntaxError('exceeded max depth');
    this.at++;
    this.skipSpace();
    if (this.text[this.at] === close) {
      this.at++;
      return container;
    }
    this.frames.push({ container, key: close === '}' ? this.readKey() : '' });
    return OPENED;
  }

  private readKey(): string {
    this.skipSpace();
    if (this.text[this.at] !== '"') throw this.invalid(KEY);
    const key = this.readString();
    this.skipSpace();
    if (this.text[this.at] !== ':') throw this.invalid('after object key');
    this.at++;
    return key;
  }

  private readString(): string {
    const start = this.at++;
    let escaped = false;
    for (;;) {
      const c = this.text.charCodeAt(this.at);
      if (c === 0x22) break;
      if (Number.isNaN(c) || c < 0x20) throw this.invalid('in string literal');
      if (c === 0x5c) {
        escaped = true;
        this.skipEscape();
      } else {
        this.at++;
      }
    }
    this.at++;
    if (!escaped) return toUSVString(this.text.slice(start + 1, this.at - 1));
    const parsed: unknown = JSON.parse(this.text.slice(start, this.at));
    return toUSVString(String(parsed));
  }

  private skipEscape(): void {
    const c = this.text[++this.at];
    if (c === undefined || !'bfnrt\\/"u'.includes(c)) throw this.invalid('in string escape code');
    this.at++;
    if (c !== 'u') return;
    for (const end = this.at + 4; this.at < end; this.at++) {
      if (!/[0-9a-fA-F]/.test(this.text[this.at] ?? '')) throw this.invalid('in \\u hexadecimal character escape');
    }
  }

  private readWord(word: string, value: boolean | null): boolean | null {
    for (let i = 1; i < word.length; i++) {
      this.at++;
      if (this.text[this.at] !== word[i]) throw this.invalid(`in literal ${word} (expecting '${word[i]}')`);
    }
    this.at++;
    return value;
  }

  private readNumber(): number | bigint {
    const start = this.at;
    if (this.text[this.at] === '-') {
      this.at++;
      if (!this.isDigit()) throw this.invalid('in numeric literal');
    } else if (!this.isDigit()) {
      throw this.invalid(VALUE);
    }
    if (this.text[this.at] === '0') this.at++;
    else this.skipDigits();
    if (this.text[this.at] === '.') {
      this.at++;
      if (!this.isDigit()) throw this.invalid('after decimal point in numeric literal');
      this.skipDigits();
    }
    if (this.text[this.at] === 'e' || this.text[this.at] === 'E') {
      this.at++;
      if (this.text[this.at] === '+' || this.text[this.at] === '-') this.at++;
      if (!this.isDigit()) throw this.invalid('in exponent of numeric literal');
      this.skipDigits();
    }
    return numberOf(this.text.slice(start, this.at));
  }

  private isDigit(): boolean {
    const c = this.text.charCodeAt(this.at);
    return c >= 0x30 && c <= 0x39;
  }

  private skipDigits(): void {
    while (this.isDigit()) this.at++;
  }

  private skipSpace(): void {
    for (;;) {
      const c = this.text.charCodeAt(this.at);
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return;
      this.at++;
    }
  }

  private invalid(context: string): JsonSyntaxError {
    return invalidCharacter(this.text, this.at, context);
  }
}

function numberOf(literal: string): number | bigint {
  const number = Number(literal);
  if (!Number.isFinite(number)) {
    throw new JsonSyntaxError(`json: cannot unmarshal number ${literal} into Go value of type float64`);
  }
  if (Number.isSafeInteger(number) || literal.length > INT64_DIGITS + 1 || !INTEGER.test(literal)) return number;
  const exact = BigInt(literal);
  return exact >= SMALLEST_INT64 && exact <= LARGEST_INT64 ? exact : number;
}
