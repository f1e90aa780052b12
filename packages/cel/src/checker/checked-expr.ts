import type { Overload } from '../env/declarations';
import type { Expr } from '../syntax/ast';
import type { Source } from '../syntax/source';
import type { CelType } from '../types/cel-type';

/** What a call was found to mean. */
export interface ResolvedCall {
  readonly name: string;
  readonly overloads: readonly Overload[];
  /** The target is no value but the first part of the function's name, as in `sets.contains`. */
  readonly namespaced: boolean;
}

/** What a name was found to mean. */
export type ResolvedName = { readonly variable: string } | { readonly type: CelType; readonly typeName: string };

/** An expression with the meaning of all its parts, by their ids. */
export interface CheckedExpr {
  readonly expr: Expr;
  readonly source: Source;
  readonly type: CelType;
  readonly types: ReadonlyMap<number, CelType>;
  readonly calls: ReadonlyMap<number, ResolvedCall>;
  readonly names: ReadonlyMap<number, ResolvedName>;
}
