import type { Value } from '../values/value';
import type { Comprehension, Expr, FieldEntry, MapEntry } from './ast';

/** The name of the variable in which macros gather their result; no identifier of the grammar can be it. */
export const ACCUMULATOR = '@result';

type Fold = Pick<Comprehension, 'range' | 'variable' | 'init' | 'condition' | 'step' | 'result'> & { secondVariable?: string; accumulator?: string };

/** Makes nodes with ids of their own. */
export class Builder {
  private lastId = 0;

  id(): number {
    return ++this.lastId;
  }

  literal(offset: number, value: Value): Expr {
    return { id: this.id(), offset, kind: 'literal', value };
  }

  ident(offset: number, name: string): Expr {
    return { id: this.id(), offset, kind: 'ident', name };
  }

  select(offset: number, operand: Expr, field: string, testOnly = false): Expr {
    return { id: this.id(), offset, kind: 'select', operand, field, testOnly };
  }

  call(offset: number, name: string, ...args: readonly Expr[]): Expr {
    return { id: this.id(), offset, kind: 'call', name, args };
  }

  memberCall(offset: number, name: string, target: Expr, args: readonly Expr[]): Expr {
    return { id: this.id(), offset, kind: 'call', name, target, args };
  }

  list(offset: number, elements: readonly Expr[] = [], optional: ReadonlySet<number> = new Set()): Expr {
    return { id: this.id(), offset, kind: 'list', elements, optional };
  }

  map(offset: number, entries: readonly MapEntry[] = []): Expr {
    return { id: this.id(), offset, kind: 'map', entries };
  }

  entry(offset: number, key: Expr, value: Expr, optional = false): MapEntry {
    return { id: this.id(), offset, key, value, optional };
  }

  struct(offset: number, typeName: string, fields: readonly FieldEntry[]): Expr {
    return { id: this.id(), offset, kind: 'struct', typeName, fields };
  }

  fold(offset: number, fold: Fold): Expr {
    return { accumulator: ACCUMULATOR, ...fold, id: this.id(), offset, kind: 'comprehension' };
  }

  accumulator(offset: number): Expr {
    return this.ident(offset, ACCUMULATOR);
  }
}
