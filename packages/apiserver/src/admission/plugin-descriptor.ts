import { ConfigError, type ConfigKind, type ConfigShape, type ConfigValue, parseConfig } from '@typekube/component-base';
import type { AdmissionPlugin } from './admission';
import type { AdmissionDependencies } from './dependencies';

/** The flags that plugins know, by what they are for. */
export interface PluginFlags {
  readonly defaultNotReadyTolerationSeconds: number;
  readonly defaultUnreachableTolerationSeconds: number;
}

export interface PluginSetup {
  /** The text of the plugin's part of the admission configuration, in YAML or JSON. */
  readonly configuration: string | undefined;
  readonly flags: PluginFlags;
  /** Where paths in the configuration begin. */
  readonly folder: string;
}

export type MakePlugin = (dependencies: AdmissionDependencies) => AdmissionPlugin;

/** A plugin as the flags name it. */
export interface PluginDescriptor {
  readonly name: string;
  /** Whether upstream enables it without being asked. */
  readonly isDefault: boolean;
  /** Reads its configuration. Absent for plugins that are not there yet. */
  readonly prepare?: (setup: PluginSetup) => MakePlugin | Promise<MakePlugin>;
}

/** A plugin that needs no configuration. */
export function plain(make: MakePlugin): NonNullable<PluginDescriptor['prepare']> {
  return () => make;
}

/** Reads a plugin's configuration strictly as one of the versions that upstream takes; undefined where none is given. */
export async function readPluginConfig<F extends Readonly<Record<string, ConfigShape>>>(
  { configuration }: PluginSetup,
  { apiVersions, ...kind }: Omit<ConfigKind<F>, 'apiVersion'> & { readonly apiVersions: readonly string[] },
): Promise<ConfigValue<{ fields: F }> | undefined> {
  if (configuration === undefined) return undefined;
  const [newest = '', ...older] = apiVersions;
  let refusal: unknown;
  for (const apiVersion of [newest, ...older]) {
    try {
      return await parseConfig(configuration, { ...kind, apiVersion });
    } catch (error) {
      refusal ??= error;
      if (!(error instanceof ConfigError && error.message.startsWith('no kind'))) throw error;
    }
  }
  throw refusal;
}
