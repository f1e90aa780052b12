import type { Macro } from '../syntax/macros';
import { type CelType, opaqueType } from '../types/cel-type';
import type { Value } from '../values/value';
import type { Library, Overload } from './declarations';

/** The object types that expressions may look into and, some of them, make. */
export interface TypeProvider {
  /** The fields of an object type; undefined where there is no such type. */
  fields(typeName: string): ReadonlyMap<string, CelType> | undefined;
  /** Makes an object of a type from the fields that an expression gives. */
  construct?(typeName: string, fields: ReadonlyMap<string, Value>): Value;
}

export interface EnvironmentOptions {
  readonly variables?: Readonly<Record<string, CelType>>;
  readonly libraries: readonly Library[];
  readonly macros: ReadonlyMap<string, Macro>;
  readonly types?: TypeProvider;
  /** Whether the elements of a list literal, and the values of a map literal, must be of one type. */
  readonly homogeneousLiterals?: boolean;
}

const NO_TYPES: TypeProvider = { fields: () => undefined };

/** What expressions are read against: variables, functions, types. Immutable; extending it makes another. */
export class Environment {
  readonly variables: ReadonlyMap<string, CelType>;
  readonly types: TypeProvider;
  private readonly functions: ReadonlyMap<string, readonly Overload[]>;

  constructor(private readonly options: EnvironmentOptions, functions?: ReadonlyMap<string, readonly Overload[]>) {
    this.variables = new Map(Object.entries(options.variables ?? {}));
    this.types = options.types ?? NO_TYPES;
    this.functions = functions ?? indexFunctions(options.libraries);
  }

  get macros(): ReadonlyMap<string, Macro> {
    return this.options.macros;
  }

  get homogeneousLiterals(): boolean {
    return this.options.homogeneousLiterals ?? false;
  }

  overloads(name: string): readonly Overload[] | undefined {
    return this.functions.get(name);
  }

  /** The same with other variables, and types where they are given. */
  withVariables(variables: Readonly<Record<string, CelType>>, types?: TypeProvider): Environment {
    const all = { ...this.options.variables, ...variables };
    return new Environment({ ...this.options, variables: all, ...(types ? { types } : {}) }, this.functions);
  }

  /** The same with more functions. */
  withLibraries(...libraries: readonly Library[]): Environment {
    return new Environment({ ...this.options, libraries: [...this.options.libraries, ...libraries] });
  }

  /** What a name of a type stands for as a type. */
  typeNamed(name: string): CelType | undefined {
    return TYPE_NAMES.get(name) ?? (this.types.fields(name) ? { kind: 'object', name } : undefined);
  }
}

const DYN: CelType = { kind: 'dyn' };

const TYPE_NAMES: ReadonlyMap<string, CelType> = new Map<string, CelType>([
  ...(['bool', 'int', 'uint', 'double', 'string', 'bytes', 'dyn'] as const).map((kind): [string, CelType] => [kind, { kind }]),
  ['null_type', { kind: 'null' }],
  ['list', { kind: 'list', elem: DYN }],
  ['map', { kind: 'map', key: DYN, value: DYN }],
  ['type', { kind: 'type' }],
  ['google.protobuf.Timestamp', { kind: 'timestamp' }],
  ['google.protobuf.Duration', { kind: 'duration' }],
  ['optional_type', opaqueType('optional_type', DYN)],
  ['net.IP', opaqueType('net.IP')],
  ['net.CIDR', opaqueType('net.CIDR')],
]);

function indexFunctions(libraries: readonly Library[]): ReadonlyMap<string, readonly Overload[]> {
  const functions = new Map<string, Overload[]>();
  for (const overload of libraries.flat()) {
    const known = functions.get(overload.name);
    if (known) known.push(overload);
    else functions.set(overload.name, [overload]);
  }
  return functions;
}
