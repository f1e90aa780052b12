import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError, parseConfig } from '@typekube/component-base';
import type { AdmissionPlugin } from './admission';
import type { AdmissionDependencies } from './dependencies';
import { orderedPlugins } from './order';
import type { PluginDescriptor, PluginFlags } from './plugin-descriptor';

export interface AdmissionFlags extends PluginFlags {
  readonly enableAdmissionPlugins: readonly string[];
  readonly disableAdmissionPlugins: readonly string[];
  readonly admissionControlConfigFile: string | undefined;
}

/** The plugins that the flags ask for, in their order, with what the configuration file says of each. Fails with upstream's texts. */
export async function admissionFromFlags(flags: AdmissionFlags): Promise<(dependencies: AdmissionDependencies) => AdmissionPlugin[]> {
  const enabled = enabledPlugins(flags);
  const file = await readAdmissionConfig(flags.admissionControlConfigFile);
  const makers = await Promise.all(enabled.map(({ name, prepare }) => prepareOne(name, prepare, flags, file)));
  return (dependencies) => makers.map((make) => make(dependencies));
}

type Prepare = NonNullable<PluginDescriptor['prepare']>;

async function prepareOne(name: string, prepare: Prepare, flags: PluginFlags, file: ConfigFile): Promise<Awaited<ReturnType<Prepare>>> {
  try {
    return await prepare({ configuration: await configurationOf(name, file), flags, folder: file.folder });
  } catch (error) {
    throw new Error(`couldn't init admission plugin "${name}": ${(error as Error).message}`, { cause: error });
  }
}

/** Those that are on by default or asked for, less those that are switched off. */
function enabledPlugins(flags: AdmissionFlags): (PluginDescriptor & { prepare: Prepare })[] {
  const [enable, disable] = [new Set(flags.enableAdmissionPlugins), new Set(flags.disableAdmissionPlugins)];
  checkNames(enable, disable);
  return orderedPlugins.flatMap((plugin) => {
    const { name, isDefault, prepare } = plugin;
    if (!enable.has(name) && (!isDefault || disable.has(name))) return [];
    if (prepare) return [{ ...plugin, prepare }];
    if (enable.has(name)) throw new Error(`enable-admission-plugins plugin "${name}" is not supported yet`);
    return [];
  });
}

function checkNames(enable: ReadonlySet<string>, disable: ReadonlySet<string>): void {
  const known = new Set(orderedPlugins.map(({ name }) => name));
  for (const name of enable) if (!known.has(name)) throw new Error(`enable-admission-plugins plugin "${name}" is unknown`);
  for (const name of disable) if (!known.has(name)) throw new Error(`disable-admission-plugins plugin "${name}" is unknown`);
  const both = [...enable].filter((name) => disable.has(name)).sort();
  if (both.length) throw new Error(`[${both.join(' ')}] in enable-admission-plugins and disable-admission-plugins overlapped`);
}

interface PluginEntry {
  readonly name?: string;
  readonly path?: string;
  readonly configuration?: unknown;
}

interface ConfigFile {
  readonly folder: string;
  readonly plugins: readonly PluginEntry[];
}

const SHAPE = {
  kind: 'AdmissionConfiguration',
  fields: { plugins: { list: { fields: { name: 'string', path: 'string', configuration: 'any' } } } },
} as const;

async function readAdmissionConfig(path: string | undefined): Promise<ConfigFile> {
  if (path === undefined) return { folder: '.', plugins: [] };
  try {
    const text = await readFile(path, 'utf8');
    const { plugins = [] } = await parseConfig(text, { apiVersion: 'apiserver.config.k8s.io/v1', ...SHAPE });
    return { folder: dirname(path), plugins };
  } catch (error) {
    throw new ConfigError(`unable to read admission control configuration from "${path}": ${(error as Error).message}`, { cause: error });
  }
}

/** Of a plugin: what stands in the file itself, or in the file that it names. */
async function configurationOf(plugin: string, { plugins, folder }: ConfigFile): Promise<string | undefined> {
  const entry = plugins.find(({ name }) => name === plugin);
  if (entry?.configuration !== undefined && entry.configuration !== null) return JSON.stringify(entry.configuration);
  return entry?.path ? readFile(resolve(folder, entry.path), 'utf8') : undefined;
}
