import type { Flag } from '../config/flag-types';
import { parseGoBoolean } from '../config/go-values';

export type FeatureStage = 'ALPHA' | 'BETA' | 'GA' | 'DEPRECATED';

export interface FeatureSpec {
  readonly default: boolean;
  readonly stage: FeatureStage;
  /** The default cannot be changed any more. */
  readonly lockToDefault?: boolean;
}

const GROUPS: ReadonlyMap<string, FeatureStage> = new Map([
  ['AllAlpha', 'ALPHA'],
  ['AllBeta', 'BETA'],
]);

/** The features of a component and which of them are on, as k8s.io/component-base/featuregate. Immutable. */
export class FeatureGates<Name extends string = string> {
  constructor(
    private readonly known: Readonly<Record<Name, FeatureSpec>>,
    private readonly settings: ReadonlyMap<string, boolean> = new Map(),
  ) {}

  /** What was set for the feature, else for all of its stage, else its default. */
  enabled(name: Name): boolean {
    const spec = this.known[name];
    return this.settings.get(name) ?? this.groupSetting(spec) ?? spec.default;
  }

  /** These gates with settings changed, from a text such as `A=true,B=false`. Throws with upstream's texts. */
  set(text: string): FeatureGates<Name> {
    const settings = new Map(this.settings);
    for (const part of text.split(',').filter(Boolean)) {
      const [name, value] = this.parseSetting(part);
      settings.set(name, value);
    }
    return new FeatureGates(this.known, settings);
  }

  /** One line a feature that can still be set, for `--help`. */
  describe(): string[] {
    const all = [...GROUPS].map(([name, stage]) => `${name}=true|false (${stage} - default=false)`);
    const names = this.names().filter((name) => ['ALPHA', 'BETA'].includes(this.known[name].stage));
    const details = (spec: FeatureSpec): string => `(${spec.stage} - default=${spec.default})`;
    return [...all, ...names.sort().map((name) => `${name}=true|false ${details(this.known[name])}`)];
  }

  /** `kubernetes_feature_enabled`: every feature with its stage and state. */
  list(): { name: Name; stage: FeatureStage; enabled: boolean }[] {
    return this.names().map((name) => ({ name, stage: this.known[name].stage, enabled: this.enabled(name) }));
  }

  /** What was set, as the flag has it. */
  toString(): string {
    return [...this.settings].map(([name, value]) => `${name}=${value}`).join(',');
  }

  private names(): Name[] {
    const names: Name[] = [];
    for (const name in this.known) if (Object.hasOwn(this.known, name)) names.push(name);
    return names;
  }

  private groupSetting({ stage }: FeatureSpec): boolean | undefined {
    const group = [...GROUPS].find(([, members]) => members === stage)?.[0];
    return group === undefined ? undefined : this.settings.get(group);
  }

  private parseSetting(part: string): [string, boolean] {
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim();
    if (equals < 0) throw new Error(`missing bool value for ${name}`);
    const value = parseSettingValue(name, part.slice(equals + 1).trim());
    const spec = this.names().find((known) => known === name);
    if (spec === undefined && !GROUPS.has(name)) throw new Error(`unrecognized feature gate: ${name}`);
    const locked = spec !== undefined && this.known[spec].lockToDefault && this.known[spec].default !== value;
    if (locked) throw new Error(`cannot set feature gate ${name} to ${value}, feature is locked to ${!value}`);
    return [name, value];
  }
}

const HELP = 'A set of key=value pairs that describe feature gates for alpha/experimental features. Options are:';

/** `--feature-gates`: its value is the gates with the settings applied. */
export function featureGatesFlag<Name extends string>(gates: FeatureGates<Name>): Flag<FeatureGates<Name>> {
  return {
    valueName: 'mapStringBool',
    help: [HELP, ...gates.describe()].join('\n'),
    default: gates,
    defaultText: '',
    parse: (text, previous) => (previous ?? gates).set(text),
  };
}

function parseSettingValue(name: string, text: string): boolean {
  try {
    return parseGoBoolean(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`invalid value of ${name}=${text}, err: ${why}`, { cause: error });
  }
}
