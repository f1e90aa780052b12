import { isJsonObject } from '../json/own-property';
import { formatGoValue, goTypeOf } from '../patch/go-format';
import { type FieldKey, printFieldKey } from './field-key';
import { type FieldType, type ListType, type MapType, type ScalarKind, shapeOf } from './field-type';
import { FieldsError } from './fields-error';
import { goSyntax } from './go-syntax';
import { itemKey } from './list-item';

export interface ValidationRules {
  /** Elements of a list may have the same step: what is stored may, what is applied may not. */
  readonly allowsDuplicates: boolean;
}

/** Throws FieldsError with what does not fit, in the words of structured-merge-diff. */
export function validateObject(type: FieldType, object: object, rules: ValidationRules): void {
  const problems = new Validation(rules).problemsOf(type, object, '');
  if (problems.length) throw new FieldsError(problems.length === 1 ? problems[0]! : ['errors:', ...problems.map((each) => `  ${each}`)].join('\n'));
}

class Validation {
  constructor(private readonly rules: ValidationRules) {}

  problemsOf(type: FieldType, value: unknown, path: string): string[] {
    const shape = shapeOf(type, value);
    if (value === null) return [];
    if (type.map && shape === 'map') {
      return isJsonObject(value) ? this.ofMap(type.map, value, path) : [said(path, `expected map, got &{${formatGoValue(value)}}`)];
    }
    if (type.list && shape === 'list') {
      return Array.isArray(value) ? this.ofList(type.list, value, path) : [said(path, `expected list, got &{${formatGoValue(value)}}`)];
    }
    const problem = type.scalar && scalarProblem(type.scalar, value);
    return problem ? [said(path, problem)] : [];
  }

  private ofMap({ fields, element }: MapType, map: Record<string, unknown>, path: string): string[] {
    const problems: string[] = [];
    for (const [name, value] of Object.entries(map)) {
      const type = fields.get(name)?.type ?? element;
      const inner = `${path}.${name}`;
      if (!type) return [...problems, said(inner, 'field not declared in schema')];
      problems.push(...this.problemsOf(type, value, inner));
    }
    return problems;
  }

  private ofList(type: ListType, list: readonly unknown[], path: string): string[] {
    const problems: string[] = [];
    const seen = new Set<FieldKey>();
    for (const [i, item] of list.entries()) {
      let step = `[${i}]`;
      if (type.relation !== 'atomic') {
        let key: FieldKey;
        try {
          key = itemKey(type, item);
        } catch (error) {
          if (!(error instanceof FieldsError)) throw error;
          return [...problems, said(path, `element ${i}: ${error.message}`)];
        }
        step = printFieldKey(key);
        if (seen.has(key) && !this.rules.allowsDuplicates) problems.push(said(path, `duplicate entries for key ${step}`));
        seen.add(key);
      }
      problems.push(...this.problemsOf(type.element, item, path + step));
    }
    return problems;
  }
}

function said(path: string, problem: string): string {
  return path ? `${path}: ${problem}` : problem;
}

function scalarProblem(kind: ScalarKind, value: unknown): string | undefined {
  const type = typeof value;
  const isNumeric = type === 'number' || type === 'bigint';
  switch (kind) {
    case 'numeric':
      return isNumeric ? undefined : `expected numeric (int or float), got ${goTypeOf(value)}`;
    case 'string':
      return type === 'string' ? undefined : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    case 'boolean':
      return type === 'boolean' ? undefined : `expected boolean, got &{${formatGoValue(value)}}`;
    case 'untyped':
      return isNumeric || type === 'string' || type === 'boolean' ? undefined : `expected any scalar, got &{${formatGoValue(value)}}`;
  }
}
