import { DecodeError } from './decode-error';
import type { Mismatch } from './mismatch';
import type { Schema } from './schema';

/** Upstream reports no more strict decoding errors than this. */
const MAX_REPORTED = 100;
/** Go allows 10,000; our recursion cannot, and no object that means anything comes near. */
const MAX_DEPTH = 2_000;

/** Where a decoding stands and what it has found. */
export class DecodeContext {
  /** The struct whose fields are being read; empty outside of any. */
  struct = '';
  /** The first type mismatch: like Go's decoder, decoding goes on and reports it at the end. */
  mismatchFound: DecodeError | undefined;
  readonly unknownFields = new Set<string>();
  private readonly path: (string | number)[] = [];
  private readonly fields: string[] = [];

  constructor(
    private readonly prefix: string,
    private readonly word: (mismatch: Mismatch) => string,
  ) {}

  enterField(name: string): void {
    this.fields.push(name);
    this.enter(name);
  }

  leaveField(): void {
    this.fields.pop();
    this.path.pop();
  }

  /** Enters an element of an array or of a map, which has no part in the field names of type errors. */
  enter(segment: string | number): void {
    if (this.path.push(segment) > MAX_DEPTH) throw new DecodeError('exceeded max depth');
  }

  leave(): void {
    this.path.pop();
  }

  reportUnknown(name: string): void {
    if (this.unknownFields.size < MAX_REPORTED) this.unknownFields.add(this.pathText([...this.path, name]));
  }

  /** Records a value of a wrong type. */
  reportMismatch(value: unknown, schema: Schema): void {
    const field = this.fields.length ? `${this.struct}.${this.fields.join('.')}` : '';
    this.reportError(this.word({ value, schema, field }));
  }

  reportError(message: string): void {
    this.mismatchFound ??= new DecodeError(message);
  }

  private pathText(segments: readonly (string | number)[]): string {
    let text = this.prefix;
    for (const segment of segments) {
      if (typeof segment === 'number') text += `[${segment}]`;
      else text += text ? `.${segment}` : segment;
    }
    return text;
  }
}
