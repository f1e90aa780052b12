/** A step of a path, a literal, or a keyword: what stands between the braces of a template. */
export type PathNode =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'array'; readonly start: SliceBound; readonly end: SliceBound; readonly step: SliceBound }
  | { readonly type: 'filter'; readonly left: PathList; readonly right: PathList; readonly operator: string }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'wildcard' }
  | { readonly type: 'recursive' }
  | { readonly type: 'union'; readonly paths: readonly PathList[] }
  | { readonly type: 'identifier'; readonly name: string };

/** Steps that are taken one after another. */
export type PathList = readonly PathNode[];

export interface SliceBound {
  /** Undefined where the template leaves it open. */
  readonly value: number | undefined;
  /** It was not written: `[3]` means `[3:4]`. */
  readonly derived: boolean;
}

/** A piece of a template: text outside of braces, or what stands in one pair. */
export type TemplatePart =
  | { readonly type: 'literal'; readonly text: string }
  | { readonly type: 'action'; readonly path: PathList };

/** A template that cannot be understood, or does not fit the object; the message is upstream's. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}
