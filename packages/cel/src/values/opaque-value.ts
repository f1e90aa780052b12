import type { CelType } from '../types/cel-type';
import type { Value } from './value';

/** A value of a library's own type, such as a quantity or an address. */
export abstract class OpaqueValue {
  abstract readonly type: CelType;

  /** Whether another value, of the same type, is the same. */
  equals(other: OpaqueValue): boolean {
    return other === this;
  }

  /** What `size()` counts for costs; undefined where it has no size. */
  get size(): number | undefined {
    return undefined;
  }

  /** The value as plain JSON, undefined where it has none. */
  toJson(): unknown {
    return undefined;
  }

  /** What presence tests and selections of a field of the type give; undefined where there is no such field. */
  field(_name: string): Value | undefined {
    return undefined;
  }
}
