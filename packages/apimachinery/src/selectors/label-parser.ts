import { fieldErrorMessage } from '../errors/field-error';
import { FieldPath } from '../errors/field-path';
import { lexLabelSelector, type Token, type TokenType } from './label-lexer';
import {
  BINARY_OPERATORS,
  labelKeyErrors,
  newRequirement,
  type Requirement,
  SelectorError,
  type SelectorOperator,
} from './label-requirement';

// Upstream checks a key with no path at all, which prints so.
const NO_PATH = FieldPath.of('<nil>');

/**
 * Reads the requirements of a selector text, in the order they are written, by the grammar of labels.Parse:
 * `a`, `!a`, `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a>1`, `a<1`, joined by commas. Throws a SelectorError.
 */
export function parseRequirements(selector: string): Requirement[] {
  return new LabelSelectorParser(lexLabelSelector(selector)).parse();
}

class LabelSelectorParser {
  private position = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    const first = this.peek();
    if (first.type === 'end') return requirements;
    if (!startsRequirement(first)) throw new SelectorError(`found '${first.text}', expected: !, identifier, or 'end of string'`);
    for (;;) {
      requirements.push(this.parseRequirement());
      const separator = this.next();
      if (separator.type === 'end') return requirements;
      if (separator.type !== ',') throw new SelectorError(`found '${separator.text}', expected: ',' or 'end of string'`);
      const following = this.peek();
      if (!startsRequirement(following)) throw new SelectorError(`found '${following.text}', expected: identifier after ','`);
    }
  }

  private parseRequirement(): Requirement {
    try {
      return this.readRequirement();
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error;
      throw new SelectorError(`unable to parse requirement: ${error.message}`, { cause: error });
    }
  }

  private readRequirement(): Requirement {
    const negated = this.accept('!');
    const key = this.readKey();
    const following = this.peek().type;
    if (negated) return newRequirement(key, '!', []);
    if (following === 'end' || following === ',') return newRequirement(key, 'exists', []);
    const operator = this.readOperator();
    const values = operator === 'in' || operator === 'notin' ? this.readValues() : [this.readExactValue()];
    return newRequirement(key, operator, [...new Set(values)].sort());
  }

  private readKey(): string {
    const token = this.nextValue();
    if (token.type !== 'identifier') throw new SelectorError(`found '${token.text}', expected: identifier`);
    const [error] = labelKeyErrors(token.text, NO_PATH);
    if (error) throw new SelectorError(fieldErrorMessage(error));
    return token.text;
  }

  private readOperator(): SelectorOperator {
    const token = this.next();
    switch (token.type) {
      case 'in':
      case 'notin':
      case '=':
      case '==':
      case '!=':
        return token.type;
      case '>':
        return 'gt';
      case '<':
        return 'lt';
      default:
        throw new SelectorError(`found '${token.text}', expected: ${BINARY_OPERATORS.join(', ')}`);
    }
  }

  private readExactValue(): string {
    const following = this.peek().type;
    if (following === 'end' || following === ',') return '';
    const token = this.nextValue();
    if (token.type !== 'identifier') throw new SelectorError(`found '${token.text}', expected: identifier`);
    return token.text;
  }

  private readValues(): string[] {
    const open = this.next();
    if (open.type !== '(') throw new SelectorError(`found '${open.text}' expected: '('`);
    if (this.accept(')')) return [''];
    const first = this.peekValue();
    if (first.type !== 'identifier' && first.type !== ',') {
      throw new SelectorError(`found '${first.text}', expected: ',', ')' or identifier`);
    }
    return this.readValueList();
  }

  /** The values up to the closing parenthesis. A comma with nothing before or behind it stands for an empty value. */
  private readValueList(): string[] {
    const values: string[] = [];
    for (;;) {
      const token = this.nextValue();
      if (token.type === 'identifier') {
        values.push(token.text);
        if (this.accept(')')) return values;
        const following = this.peek();
        if (following.type !== ',') throw new SelectorError(`found '${following.text}', expected: ',' or ')'`);
      } else if (token.type === ',') {
        const following = this.peek().type;
        if (!values.length || following === ',' || following === ')') values.push('');
        if (this.accept(')')) return values;
      } else {
        throw new SelectorError(`found '${token.text}', expected: ',', or identifier`);
      }
    }
  }

  private peek(): Token {
    return this.tokens[this.position] ?? { type: 'end', text: '' };
  }

  /** The next token where `in` and `notin` are names like any other. */
  private peekValue(): Token {
    const token = this.peek();
    return token.type === 'in' || token.type === 'notin' ? { type: 'identifier', text: token.text } : token;
  }

  private next(): Token {
    const token = this.peek();
    this.position++;
    return token;
  }

  private nextValue(): Token {
    const token = this.peekValue();
    this.position++;
    return token;
  }

  private accept(type: TokenType): boolean {
    if (this.peek().type !== type) return false;
    this.position++;
    return true;
  }
}

function startsRequirement(token: Token): boolean {
  return token.type === 'identifier' || token.type === 'in' || token.type === 'notin' || token.type === '!';
}
