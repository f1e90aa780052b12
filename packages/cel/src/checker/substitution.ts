import { type CelType, isDyn, parameters, sameType, withParameters } from '../types/cel-type';

/** Types that have been found for parameters of types. */
export class Substitution {
  constructor(private bindings: ReadonlyMap<string, CelType> = new Map()) {}

  find({ name }: { readonly name: string }): CelType | undefined {
    return this.bindings.get(name);
  }

  /** The type with what is known in place of parameters; the others become dyn, where wanted. */
  apply(type: CelType, free: 'keep' | 'dyn' = 'keep'): CelType {
    if (type.kind === 'param') {
      const found = this.bindings.get(type.name);
      if (found) return this.apply(found, free);
      return free === 'dyn' ? { kind: 'dyn' } : type;
    }
    const inner = parameters(type);
    return inner.length ? withParameters(type, inner.map((each) => this.apply(each, free))) : type;
  }

  /** Whether values of the types may stand where others are wanted; what that says of parameters is kept if they may. */
  unify(given: readonly CelType[], wanted: readonly CelType[]): boolean {
    const before = this.bindings;
    this.bindings = new Map(before);
    if (given.length === wanted.length && given.every((type, i) => this.assignable(type, wanted[i] ?? type))) return true;
    this.bindings = before;
    return false;
  }

  private assignable(a: CelType, b: CelType): boolean {
    if (b.kind === 'param') {
      const { valid, known } = this.substitutes(a, b);
      if (valid) return true;
      if (known) return false;
    }
    if (a.kind === 'param') return this.substitutes(b, a).valid;
    if (isDyn(a) || isDyn(b)) return true;
    if (a.kind === 'null') return takesNull(b);
    if (b.kind === 'null') return takesNull(a);
    if (a.kind !== b.kind) return false;
    if (a.kind === 'type') return true;
    if (a.kind === 'object' || a.kind === 'opaque') {
      if (b.kind !== a.kind || b.name !== a.name) return false;
    }
    const [left, right] = [parameters(a), parameters(b)];
    return left.length === right.length && left.every((type, i) => this.assignable(type, right[i] ?? type));
  }

  private substitutes(type: CelType, to: CelType & { kind: 'param' }): { valid: boolean; known: boolean } {
    if (type.kind === 'param' && type.name === to.name) return { valid: true, known: true };
    const bound = this.bindings.get(to.name);
    if (bound) {
      if (sameType(type, bound)) return { valid: true, known: true };
      if (!this.assignable(type, bound)) return { valid: false, known: true };
      this.bind(to, mostGeneral(type, bound));
      return { valid: true, known: true };
    }
    return { valid: this.bind(to, type), known: false };
  }

  private bind({ name }: CelType & { kind: 'param' }, type: CelType): boolean {
    if (this.refersTo(type, name)) return false;
    this.bindings = new Map(this.bindings).set(name, type);
    return true;
  }

  private refersTo(type: CelType, name: string): boolean {
    if (type.kind !== 'param') return parameters(type).some((each) => this.refersTo(each, name));
    if (type.name === name) return true;
    const bound = this.bindings.get(type.name);
    return bound !== undefined && this.refersTo(bound, name);
  }
}

function takesNull({ kind }: CelType): boolean {
  return kind === 'object' || kind === 'opaque' || kind === 'null' || kind === 'timestamp' || kind === 'duration';
}

/** The one of two types that says less. */
export function mostGeneral(a: CelType, b: CelType): CelType {
  return saysNoMore(a, b) ? a : b;
}

function saysNoMore(a: CelType, b: CelType): boolean {
  if (isDyn(a) || a.kind === 'param') return true;
  if (isDyn(b) || b.kind === 'param' || a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  const [left, right] = [parameters(a), parameters(b)];
  if (left.length === 0) return sameType(a, b);
  const sameName = a.kind !== 'opaque' || (b.kind === 'opaque' && a.name === b.name);
  return sameName && left.length === right.length && left.every((type, i) => saysNoMore(type, right[i] ?? type));
}
