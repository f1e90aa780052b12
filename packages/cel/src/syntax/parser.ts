import { Uint } from '../values/uint';
import type { Value } from '../values/value';
import { type Expr, type FieldEntry, type MapEntry, qualifiedName } from './ast';
import { Builder } from './builder';
import { IssuesError } from './issues-error';
import { type Token, tokenize } from './lexer';
import { type Macro } from './macros';
import { BINARY_LEVELS, Operator } from './operators';
import { type Issue, Source } from './source';
import { unescapeBytes, unescapeString } from './unescape';

export interface ParseResult {
  readonly expr: Expr;
  readonly source: Source;
}

/** How deep an expression may nest, and how long a chain of operators or fields may be: cel-go's limit. */
const MAX_DEPTH = 250;
const MAX_CODE_POINTS = 100_000;

const RESERVED = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);
const STARTS = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

/** Ends the parser where it cannot go on; what is wrong has been reported. */
class Unreadable extends Error {}

/** Reads an expression and expands its macros. Throws an IssuesError. */
export function parse(text: string, macros: ReadonlyMap<string, Macro>): ParseResult {
  const source = new Source(text);
  const issues: Issue[] = [];
  const size = source.points.length;
  if (size > MAX_CODE_POINTS) {
    issues.push({ offset: 0, message: `expression code point size exceeds limit: size: ${size}, limit ${MAX_CODE_POINTS}` });
    throw new IssuesError(source, issues);
  }
  const expr = new Parser(tokenize(text, (issue) => issues.push(issue)), macros, issues).whole();
  if (!expr || issues.length) throw new IssuesError(source, issues);
  return { expr, source };
}

class Parser {
  private at = 0;
  private depth = 0;
  private readonly make = new Builder();

  constructor(
    private readonly tokens: readonly Token[],
    private readonly macros: ReadonlyMap<string, Macro>,
    private readonly issues: Issue[],
  ) {}

  whole(): Expr | undefined {
    try {
      const expr = this.expression();
      if (this.token.kind !== 'end') this.refuse(`Syntax error: ${this.unexpected()} expecting <EOF>`);
      return expr;
    } catch (error) {
      if (error instanceof Unreadable) return undefined;
      throw error;
    }
  }

  private get token(): Token {
    return this.tokens[this.at] ?? { kind: 'end', text: '<EOF>', offset: 0 };
  }

  private take(): Token {
    const { token } = this;
    this.at++;
    return token;
  }

  private isNext(text: string): boolean {
    return this.token.text === text && (this.token.kind === 'punctuation' || this.token.kind === 'ident');
  }

  private takeIf(text: string): Token | undefined {
    return this.isNext(text) ? this.take() : undefined;
  }

  private report(offset: number, message: string): void {
    this.issues.push({ offset, message });
  }

  private refuse(message: string): never {
    this.report(this.token.offset, message);
    throw new Unreadable();
  }

  /** A token too many, or another than what is wanted: ANTLR's two words for it. */
  private unexpected(): string {
    const next = this.tokens[this.at + 1];
    const kind = next && next.kind === 'end' && this.token.kind !== 'end' ? 'extraneous' : 'mismatched';
    return `${kind} input '${this.token.text}'`;
  }

  private expect(text: string): Token {
    const token = this.takeIf(text);
    if (token) return token;
    const closes = text === ')' || text === ']' || text === '}';
    if (closes && this.token.kind === 'end') this.refuse(`Syntax error: missing '${text}' at '${this.token.text}'`);
    return this.refuse(`Syntax error: mismatched input '${this.token.text}' expecting '${text}'`);
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) this.tooDeep(`expression recursion limit exceeded: ${MAX_DEPTH}`);
    const value = read();
    this.depth--;
    return value;
  }

  private tooDeep(message: string): never {
    this.report(0, message);
    throw new Unreadable();
  }

  private expression(): Expr {
    return this.nested(() => {
      const condition = this.binary(0);
      const mark = this.takeIf('?');
      if (!mark) return condition;
      const whenTrue = this.binary(0);
      this.expect(':');
      return this.make.call(mark.offset, Operator.conditional, condition, whenTrue, this.expression());
    });
  }

  private binary(level: number): Expr {
    const operators = BINARY_LEVELS[level];
    if (!operators) return this.unary();
    const operands = [this.binary(level + 1)];
    const marks: Token[] = [];
    while (this.token.kind !== 'string' && operators.has(this.token.text)) {
      marks.push(this.take());
      operands.push(this.binary(level + 1));
    }
    return level < 2 ? this.balanced(operands, marks, [...operators.values()][0] ?? '') : this.leftToRight(operands, marks, operators);
  }

  private leftToRight([first, ...rest]: readonly Expr[], marks: readonly Token[], operators: ReadonlyMap<string, string>): Expr {
    if (marks.length > MAX_DEPTH) this.tooDeep('max recursion depth exceeded');
    return rest.reduce(
      (left, right, i) => this.make.call(marks[i]?.offset ?? 0, operators.get(marks[i]?.text ?? '') ?? '', left, right),
      first ?? this.make.literal(0, null),
    );
  }

  /** A long chain of && or || becomes a tree of little depth. */
  private balanced(operands: readonly Expr[], marks: readonly Token[], operator: string): Expr {
    const [only] = operands;
    if (only && operands.length === 1) return only;
    const middle = Math.ceil(operands.length / 2);
    const left = this.balanced(operands.slice(0, middle), marks.slice(0, middle - 1), operator);
    const right = this.balanced(operands.slice(middle), marks.slice(middle), operator);
    return this.make.call(marks[middle - 1]?.offset ?? 0, operator, left, right);
  }

  private unary(): Expr {
    const { token } = this;
    if (!this.isNext('!') && !this.isNext('-')) return this.member();
    let count = 0;
    while (this.takeIf(token.text)) count++;
    const negativeNumber = token.text === '-' && (this.token.kind === 'int' || this.token.kind === 'double');
    if (negativeNumber) count--;
    const operand = negativeNumber ? this.chain(this.number(token.offset, '-')) : this.member();
    if (count % 2 === 0) return operand;
    return this.make.call(token.offset, token.text === '!' ? Operator.not : Operator.negate, operand);
  }

  private member(): Expr {
    return this.chain(this.primary());
  }

  private chain(first: Expr): Expr {
    let expr = first;
    for (let length = 0; ; length++) {
      if (length > MAX_DEPTH) this.tooDeep('max recursion depth exceeded');
      const dot = this.takeIf('.');
      if (dot) {
        expr = this.field(expr, dot);
        continue;
      }
      const bracket = this.takeIf('[');
      if (!bracket) return this.structOf(expr);
      const optional = this.takeIf('?');
      const index = this.expression();
      this.expect(']');
      expr = this.make.call(bracket.offset, optional ? Operator.optionalIndex : Operator.index, expr, index);
    }
  }

  private field(operand: Expr, dot: Token): Expr {
    const optional = this.takeIf('?');
    const name = this.fieldName(dot);
    if (optional) return this.make.call(dot.offset, Operator.optionalSelect, operand, this.make.literal(dot.offset, name));
    const open = this.takeIf('(');
    if (!open) return this.make.select(dot.offset, operand, name);
    const args = this.list(')', () => this.expression());
    const macro = this.macros.get(`.${name}/${args.length}`);
    return this.expand(macro, { offset: open.offset, target: operand, args }) ?? this.make.memberCall(open.offset, name, operand, args);
  }

  private fieldName(dot: Token): string {
    const { token } = this;
    if (token.kind === 'quoted-ident') return this.take().text.slice(1, -1);
    if (token.kind !== 'ident') {
      const shown = token.kind === 'end' ? '.' : `.${token.text}`;
      this.report(token.kind === 'end' ? token.offset : dot.offset + 1, `Syntax error: no viable alternative at input '${shown}'`);
      throw new Unreadable();
    }
    if (['true', 'false', 'null', 'in'].includes(token.text)) this.refuse(`Syntax error: mismatched input '${token.text}' expecting IDENTIFIER`);
    return this.take().text;
  }

  /** `Name{field: value}`, where the expression before is a name. */
  private structOf(expr: Expr): Expr {
    const typeName = qualifiedName(expr);
    if (!this.isNext('{') || typeName === undefined) return expr;
    const open = this.take();
    const fields = this.list('}', () => this.fieldEntry());
    return this.chain(this.make.struct(open.offset, typeName, fields));
  }

  private fieldEntry(): FieldEntry {
    const optional = this.takeIf('?') !== undefined;
    const { kind, text } = this.token;
    if (kind !== 'ident' && kind !== 'quoted-ident') {
      this.refuse(`Syntax error: extraneous input '${text}' expecting {'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}`);
    }
    this.take();
    const { offset } = this.expect(':');
    const field = kind === 'quoted-ident' ? text.slice(1, -1) : text;
    return { id: this.make.id(), offset, field, value: this.expression(), optional };
  }

  /** Comma-separated parts up to a closing mark; a comma may stand before it, save in calls. */
  private list<T>(end: string, read: () => T): T[] {
    const parts: T[] = [];
    while (!this.isNext(end)) {
      parts.push(read());
      if (!this.takeIf(',')) break;
      if (end === ')' && this.isNext(end)) this.refuse(`Syntax error: mismatched input '${end}' expecting ${STARTS}`);
    }
    this.expect(end);
    return parts;
  }

  private primary(): Expr {
    const { token } = this;
    switch (token.kind) {
      case 'int':
      case 'uint':
      case 'double':
        return this.number(token.offset, '');
      case 'string':
        return this.unescaped(unescapeString);
      case 'bytes':
        return this.unescaped(unescapeBytes);
      case 'ident':
        return this.name(false);
      case 'punctuation':
        return this.bracketed();
      case 'quoted-ident':
      case 'end':
        return this.refuse(`Syntax error: mismatched input '${token.text}' expecting ${STARTS}`);
    }
  }

  private bracketed(): Expr {
    const { offset, text } = this.token;
    if (text === '(') {
      this.take();
      const expr = this.expression();
      this.expect(')');
      return expr;
    }
    if (text === '[') return this.createList();
    if (text === '{') {
      this.take();
      return this.make.map(offset, this.list('}', () => this.mapEntry()));
    }
    if (text === '.') {
      this.take();
      if (this.token.kind === 'ident') return this.name(true);
      this.refuse(`Syntax error: mismatched input '${this.token.text}' expecting IDENTIFIER`);
    }
    const next = this.tokens[this.at + 1];
    const startsThere = next !== undefined && next.kind !== 'end' && (next.kind !== 'punctuation' || '[{(.-!'.includes(next.text));
    return this.refuse(`Syntax error: ${startsThere ? 'extraneous' : 'mismatched'} input '${text}' expecting ${STARTS}`);
  }

  private createList(): Expr {
    const { offset } = this.take();
    const optional = new Set<number>();
    let position = 0;
    const elements = this.list(']', () => {
      if (this.takeIf('?')) optional.add(position);
      position++;
      return this.expression();
    });
    return this.make.list(offset, elements, optional);
  }

  private mapEntry(): MapEntry {
    const optional = this.takeIf('?') !== undefined;
    const key = this.expression();
    const { offset } = this.expect(':');
    return this.make.entry(offset, key, this.expression(), optional);
  }

  private name(leadingDot: boolean): Expr {
    const { offset, text } = this.token;
    if (text === 'in') this.refuse(`Syntax error: mismatched input 'in' expecting ${STARTS}`);
    this.take();
    if (!leadingDot) {
      if (text === 'true' || text === 'false') return this.make.literal(offset, text === 'true');
      if (text === 'null') return this.make.literal(offset, null);
    }
    if (RESERVED.has(text)) this.report(offset, `reserved identifier: ${text}`);
    const name = leadingDot ? `.${text}` : text;
    const open = this.takeIf('(');
    if (!open) return this.make.ident(offset, name);
    const args = this.list(')', () => this.expression());
    const macro = leadingDot ? undefined : this.macros.get(`${name}/${args.length}`);
    return this.expand(macro, { offset: open.offset, args }) ?? this.make.call(open.offset, name, ...args);
  }

  private expand(macro: Macro | undefined, call: { offset: number; target?: Expr; args: readonly Expr[] }): Expr | undefined {
    return macro?.(call, { make: this.make, report: ({ offset, message }) => this.report(offset, message) });
  }

  private number(offset: number, sign: '' | '-'): Expr {
    const { kind, text } = this.take();
    if (kind === 'double') {
      const value = Number(sign + text);
      if (!Number.isFinite(value)) this.report(offset, 'invalid double literal');
      return this.make.literal(offset, value);
    }
    const digits = BigInt(kind === 'uint' ? text.slice(0, -1) : text);
    const value = sign ? -digits : digits;
    if (kind === 'uint') {
      if (value > MAX_UINT) this.report(offset, 'invalid uint literal');
      return this.make.literal(offset, new Uint(value));
    }
    if (value > MAX_INT || value < -MAX_INT - 1n) this.report(offset, 'invalid int literal');
    return this.make.literal(offset, value);
  }

  private unescaped(read: (token: string) => Value): Expr {
    const { offset, text } = this.take();
    try {
      return this.make.literal(offset, read(text));
    } catch (error) {
      this.report(offset, error instanceof Error ? error.message : String(error));
      return this.make.literal(offset, '');
    }
  }
}
