import { SelectorError } from './label-requirement';

export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** Gives the text of a field by its selector name; undefined counts as empty text. */
export type FieldGetter = (field: string) => string | undefined;

/** Maps a requirement to the fields a resource knows, or throws to refuse it. Empty field and value drop the requirement. */
export type FieldTransform = (field: string, value: string) => { field: string; value: string };

/** Selects objects by fields that a resource declares as selectable, as fields.Selector. Immutable. */
export class FieldSelector {
  constructor(readonly requirements: readonly FieldRequirement[]) {}

  /** It selects everything. */
  get isEmpty(): boolean {
    return this.requirements.length === 0;
  }

  matches(get: FieldGetter): boolean {
    for (const { field, operator, value } of this.requirements) {
      if (((get(field) ?? '') === value) !== (operator === '=')) return false;
    }
    return true;
  }

  /** The value that a field must have, such as the one name that `metadata.name=x` asks for. */
  requiresExactMatch(field: string): string | undefined {
    return this.requirements.find((requirement) => requirement.field === field && requirement.operator === '=')?.value;
  }

  transform(change: FieldTransform): FieldSelector {
    const changed = this.requirements.map((requirement) => ({ ...requirement, ...change(requirement.field, requirement.value) }));
    return new FieldSelector(changed.filter(({ field, value }) => field !== '' || value !== ''));
  }

  /** The text that parses to this selector again. */
  toString(): string {
    return this.requirements.map(({ field, operator, value }) => field + operator + escapeFieldValue(value)).join(',');
  }
}

/**
 * Reads a `fieldSelector` parameter: `a=b`, `a==b`, `a!=b`, joined by commas; in values `\\`, `\,` and `\=` stand for the
 * characters themselves. Requirements are sorted by their text, as upstream. Throws a SelectorError.
 */
export function parseFieldSelector(text: string): FieldSelector {
  const terms = splitTerms(text).filter(Boolean).sort();
  return new FieldSelector(terms.map((term) => parseTerm(text, term)));
}

/** Selects the objects whose one field has this value. */
export function fieldEquals(field: string, value: string): FieldSelector {
  return new FieldSelector([{ field, operator: '=', value }]);
}

export function escapeFieldValue(value: string): string {
  return value.replace(/[\\,=]/g, '\\$&');
}

function parseTerm(selector: string, term: string): FieldRequirement {
  const match = /!=|==|=/.exec(term);
  if (!match) throw new SelectorError(`invalid selector: '${selector}'; can't understand '${term}'`);
  const [operator] = match;
  return {
    field: term.slice(0, match.index),
    operator: operator === '!=' ? '!=' : '=',
    value: unescapeFieldValue(term.slice(match.index + operator.length)),
  };
}

/** Splits at commas, save those behind a backslash. */
function splitTerms(text: string): string[] {
  return text.match(/(?:\\[^]|[^\\,]|\\$)+/g) ?? [];
}

/** The value that an escaped text means; a bare `,` or `=` and any other escape are errors. (fields.UnescapeValue) */
export function unescapeFieldValue(text: string): string {
  return text.replace(/\\([^]?)|[,=]/gu, (found, escaped: string | undefined) => {
    if (escaped === undefined) {
      throw new SelectorError(`invalid field selector: unescaped character in value: ${found.codePointAt(0)}`);
    }
    if (escaped === '' || !'\\,='.includes(escaped)) {
      throw new SelectorError(`invalid field selector: invalid escape sequence: ${found}`);
    }
    return escaped;
  });
}
