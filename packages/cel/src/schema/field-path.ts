import type { FieldPath } from '@typekube/apimachinery';
import { type RuleSchema, valuesOf } from './rule-schema';

/** One step from an object to a part of it. */
export interface Step {
  readonly name: string;
  readonly isKey: boolean;
}

const TOKEN = /'(?:\\.|[^'\\])*'|[.[\]]|[^.[\]']+/g;
const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', "'": "'", '\\': '\\' };

/** Reads a rule's `fieldPath`, `.spec.list['a-b']`, against the schema that it starts from. An Error says what is wrong. */
export function readFieldPath(text: string, schema: RuleSchema): Step[] {
  const tokens = text.match(TOKEN) ?? [];
  const steps: Step[] = [];
  let current: RuleSchema | undefined = schema;
  for (let at = 0; at < tokens.length; ) {
    const { name, next } = nextName(tokens, at);
    at = next;
    const { step, inner }: { step: Step; inner: RuleSchema | undefined } = enter(current, name);
    steps.push(step);
    current = inner;
  }
  return steps;
}

function nextName(tokens: readonly string[], at: number): { name: string; next: number } {
  const [mark, name] = [tokens[at], tokens[at + 1]];
  if (mark !== '.' && mark !== '[') throw new Error(`expected [ or . but got: ${mark ?? ''}`);
  if (name === undefined) throw new Error('unexpected end of JSON path');
  if (mark === '.') return { name, next: at + 2 };
  if (!/^'.*'$/s.test(name)) throw new Error(`expected single quoted string but got ${name}`);
  const close = tokens[at + 2];
  if (close === undefined) throw new Error('unexpected end of JSON path');
  if (close !== ']') throw new Error(`expected ] but got ${close}`);
  return { name: unescape(name.slice(1, -1)), next: at + 3 };
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (sequence, letter: string) => {
    const found = ESCAPES[letter];
    if (found === undefined) throw new Error(`invalid string literal: invalid escape char ${sequence}`);
    return found;
  });
}

function enter(schema: RuleSchema | undefined, name: string): { step: Step; inner: RuleSchema | undefined } {
  if (schema?.properties && Object.hasOwn(schema.properties, name)) return { step: { name, isKey: false }, inner: schema.properties[name] };
  const values = schema && !schema.properties ? valuesOf(schema) : undefined;
  if (!values) throw new Error('does not refer to a valid field');
  return { step: { name, isKey: true }, inner: values };
}

/** A path with the steps behind it. */
export function follow(path: FieldPath | undefined, steps: readonly Step[], start: (name: string) => FieldPath): FieldPath | undefined {
  let current = path;
  for (const { name, isKey } of steps) current = current ? (isKey ? current.key(name) : current.child(name)) : start(name);
  return current;
}
