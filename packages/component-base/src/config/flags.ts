import { versionText } from '../version';
import type { Flag } from './flag-types';
import { helpText } from './flag-help';

/** Flags by the name of the option they fill. */
export type FlagSet = Readonly<Record<string, Flag<unknown>>>;

/** Flags that `--help` shows together. */
export interface FlagSection<F extends FlagSet = FlagSet> {
  readonly title: string;
  readonly flags: F;
}

export type FlagSections = Readonly<Record<string, FlagSection>>;

/** The values of a section: one property a flag. */
export type FlagValues<F extends FlagSet> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

/** The values of all sections: `options.serving.bindAddress`. */
export type Options<S extends FlagSections> = { readonly [K in keyof S]: FlagValues<S[K]['flags']> };

export interface Program<S extends FlagSections> {
  readonly name: string;
  readonly description: string;
  readonly sections: S;
}

export type FlagOutcome<S extends FlagSections> =
  | { readonly action: 'run'; readonly options: Options<S>; readonly warnings: readonly string[] }
  /** `--help` or `--version`: print this and exit with 0. */
  | { readonly action: 'print'; readonly text: string };

/** A command line that cannot be understood: the program prints `Error: ` and this message, and exits with 1. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

export function section<F extends FlagSet>(title: string, flags: F): FlagSection<F> {
  return { title, flags };
}

/** The name on the command line of an option: `bindAddress` is `bind-address`. */
export function flagName(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * Reads a command line (without the program's own name) by the rules of upstream's flag library: `--name=value`, `--name value`,
 * `-v=2`, bare booleans, `_` for `-`. Throws a FlagError with its texts.
 */
export function parseFlags<S extends FlagSections>(program: Program<S>, argv: readonly string[]): FlagOutcome<S> {
  const reader = new FlagReader(program.sections);
  const special = reader.read(argv);
  if (special === 'help') return { action: 'print', text: helpText(program) };
  if (special === 'version') return { action: 'print', text: versionText() };
  if (reader.rest.length) {
    throw new FlagError(`${program.name} does not take any arguments, got ${JSON.stringify(reader.rest)}`);
  }
  return { action: 'run', options: reader.options(program.sections), warnings: reader.warnings };
}

interface KnownFlag {
  readonly name: string;
  readonly flag: Flag<unknown>;
  readonly target: Map<string, unknown>;
  readonly option: string;
}

class FlagReader {
  readonly rest: string[] = [];
  readonly warnings: string[] = [];
  private readonly byName = new Map<string, KnownFlag>();
  private readonly byShorthand = new Map<string, KnownFlag>();
  private readonly values = new Map<string, Map<string, unknown>>();
  private arguments: string[] = [];

  constructor(sections: FlagSections) {
    for (const [key, { flags }] of Object.entries(sections)) {
      const target = new Map<string, unknown>();
      this.values.set(key, target);
      for (const [option, flag] of Object.entries(flags)) this.register({ name: flagName(option), flag, target, option });
    }
  }

  read(argv: readonly string[]): 'help' | 'version' | undefined {
    this.arguments = [...argv];
    for (let argument = this.arguments.shift(); argument !== undefined; argument = this.arguments.shift()) {
      if (argument === '--') {
        this.rest.push(...this.arguments);
        return undefined;
      }
      const special = this.readArgument(argument);
      if (special) return special;
    }
    return undefined;
  }

  options<S extends FlagSections>(sections: S): Options<S>;
  options(sections: FlagSections): unknown {
    const entries = Object.entries(sections).map(([key, { flags }]) => {
      const given = this.values.get(key);
      const valueOf = (option: string, flag: Flag<unknown>): unknown => (given?.has(option) ? given.get(option) : flag.default);
      return [key, Object.fromEntries(Object.entries(flags).map(([option, flag]) => [option, valueOf(option, flag)]))];
    });
    return Object.fromEntries(entries);
  }

  private register(known: KnownFlag): void {
    this.byName.set(known.name, known);
    if (known.flag.shorthand) this.byShorthand.set(known.flag.shorthand, known);
  }

  private readArgument(argument: string): 'help' | 'version' | undefined {
    if (argument.startsWith('--')) return this.readLong(argument);
    if (argument.startsWith('-') && argument !== '-') return this.readShort(argument);
    this.rest.push(argument);
    return undefined;
  }

  private readLong(argument: string): 'help' | 'version' | undefined {
    const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
    if (name === '' || name.startsWith('-')) throw new FlagError(`bad flag syntax: ${argument}`);
    const normal = name.replaceAll('_', '-');
    const known = this.byName.get(normal);
    if (!known && (normal === 'help' || normal === 'version')) return value === 'false' ? undefined : normal;
    if (!known) throw new FlagError(`unknown flag: --${name}`);
    this.set(known, value ?? known.flag.bareValue ?? this.nextArgument(`flag needs an argument: --${name}`));
    return undefined;
  }

  private readShort(argument: string): 'help' | undefined {
    const letter = argument[1] ?? '';
    const rest = argument.slice(2);
    const known = this.byShorthand.get(letter);
    if (!known && letter === 'h') return 'help';
    if (!known) throw new FlagError(`unknown shorthand flag: '${letter}' in ${argument}`);
    const attached = rest.startsWith('=') ? rest.slice(1) : rest || undefined;
    this.set(known, attached ?? known.flag.bareValue ?? this.nextArgument(`flag needs an argument: '${letter}' in ${argument}`));
    return undefined;
  }

  private nextArgument(error: string): string {
    const value = this.arguments.shift();
    if (value === undefined) throw new FlagError(error);
    return value;
  }

  private set({ name, flag, target, option }: KnownFlag, text: string): void {
    try {
      target.set(option, flag.parse(text, target.get(option)));
    } catch (error) {
      const shown = flag.shorthand ? `-${flag.shorthand}, --${name}` : `--${name}`;
      const why = error instanceof Error ? error.message : String(error);
      throw new FlagError(`invalid argument ${JSON.stringify(text)} for "${shown}" flag: ${why}`, { cause: error });
    }
    if (flag.deprecated) this.warnings.push(`Flag --${name} has been deprecated, ${flag.deprecated}`);
  }
}
