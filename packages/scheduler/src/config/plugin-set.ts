import { EXTENSION_POINTS, type ExtensionPoint, implementsPoint, type Plugin } from '../framework/plugin';
import type { PluginsByPoint } from '../framework/framework';
import type { PluginEntry } from '../plugins/registry';

/** A plugin that a profile names, with the weight of its score. */
export interface NamedPlugin {
  readonly name: string;
  readonly weight?: number;
}

/** What a profile enables and disables at one extension point; `*` disables all. */
export interface PluginSet {
  readonly enabled?: readonly NamedPlugin[];
  readonly disabled?: readonly NamedPlugin[];
}

/** The plugins of a profile: at all points that they have, and at single points. */
export type ProfilePlugins = { readonly [P in ExtensionPoint | 'multiPoint']?: PluginSet };

/** A configuration that cannot be meant; the message is upstream's where it has one. */
export class PluginConfigError extends Error {
  override readonly name = 'PluginConfigError';
}

/** The names of all plugins that a profile uses anywhere, in the order of the registry, then of the profile. */
export function usedPlugins(entries: readonly PluginEntry[], plugins: ProfilePlugins): string[] {
  const specific = EXTENSION_POINTS.flatMap((point) => plugins[point]?.enabled ?? []);
  const names = new Set([...multiPointPlugins(entries, plugins.multiPoint), ...specific].map(({ name }) => name));
  const unknown = [...names].find((name) => !entries.some((entry) => entry.name === name));
  if (unknown !== undefined) throw new PluginConfigError(`${unknown} does not exist`);
  return [...names];
}

/**
 * Which plugins run at which points, in order: first those that the point enables and that would be there anyway, then those of
 * multiPoint, then the others that the point enables. Throws a PluginConfigError. (expandMultiPointPlugins)
 */
export function arrangePlugins(
  profile: string,
  plugins: ProfilePlugins,
  { entries, instances }: { readonly entries: readonly PluginEntry[]; readonly instances: ReadonlyMap<string, Plugin> },
): PluginsByPoint {
  const multiPoint = multiPointPlugins(entries, plugins.multiPoint);
  const namedAt = (point: ExtensionPoint): NamedPlugin[] => arrangePoint(point, plugins[point] ?? {}, { multiPoint, instances });
  const at = (point: ExtensionPoint): Plugin[] => namedAt(point).flatMap(({ name }) => instances.get(name) ?? []);
  const score = namedAt('score').map(({ name, weight }) => weighted(name, { weight, entries, instances }));
  const arranged: PluginsByPoint = {
    preEnqueue: at('preEnqueue'),
    queueSort: at('queueSort'),
    preFilter: at('preFilter'),
    filter: at('filter'),
    postFilter: at('postFilter'),
    preScore: at('preScore'),
    score,
    reserve: at('reserve'),
    permit: at('permit'),
    preBind: at('preBind'),
    bind: at('bind'),
    postBind: at('postBind'),
  };
  checkArranged(profile, arranged);
  return arranged;
}

function multiPointPlugins(entries: readonly PluginEntry[], { enabled = [], disabled = [] }: PluginSet = {}): NamedPlugin[] {
  const isDisabled = (name: string): boolean => disabled.some((other) => other.name === name || other.name === '*');
  const defaults = entries
    .filter(({ name }) => !isDisabled(name))
    .map(({ name }) => enabled.find((own) => own.name === name) ?? { name });
  const further = enabled.filter(({ name }) => !defaults.some((other) => other.name === name));
  return [...defaults, ...further];
}

function arrangePoint(
  point: ExtensionPoint,
  { enabled = [], disabled = [] }: PluginSet,
  { multiPoint, instances }: { readonly multiPoint: readonly NamedPlugin[]; readonly instances: ReadonlyMap<string, Plugin> },
): NamedPlugin[] {
  checkEnabled(point, enabled, instances);
  const isDisabled = (name: string): boolean => disabled.some((other) => other.name === name || other.name === '*');
  const has = (name: string): boolean => extendsPoint(instances.get(name), point);
  const isEnabled = (name: string): boolean => enabled.some((other) => other.name === name);
  const overriding = enabled.filter(({ name }) => multiPoint.some((other) => other.name === name));
  const common = multiPoint.filter(({ name }) => has(name) && !isDisabled(name) && !isEnabled(name));
  return [...overriding, ...common, ...enabled.filter((plugin) => !overriding.includes(plugin))];
}

function checkEnabled(point: ExtensionPoint, enabled: readonly NamedPlugin[], instances: ReadonlyMap<string, Plugin>): void {
  const seen = new Set<string>();
  for (const { name } of enabled) {
    if (!extendsPoint(instances.get(name), point))
      throw new PluginConfigError(`plugin "${name}" does not extend ${point} plugin`);
    if (seen.has(name)) throw new PluginConfigError(`plugin "${name}" already registered as "${point}"`);
    seen.add(name);
  }
}

function extendsPoint(plugin: Plugin | undefined, point: ExtensionPoint): boolean {
  return plugin !== undefined && implementsPoint(plugin, point);
}

function weighted(
  name: string,
  {
    weight,
    entries,
    instances,
  }: { weight: number | undefined; entries: readonly PluginEntry[]; instances: ReadonlyMap<string, Plugin> },
): PluginsByPoint['score'][number] {
  const plugin = instances.get(name);
  if (!plugin) throw new PluginConfigError(`${name} does not exist`);
  return { plugin, weight: weight || entries.find((entry) => entry.name === name)?.weight || 1 };
}

function checkArranged(profile: string, { queueSort, bind }: PluginsByPoint): void {
  if (queueSort.length !== 1) {
    throw new PluginConfigError(
      `only one queue sort plugin required for profile with scheduler name "${profile}", but got ${queueSort.length}`,
    );
  }
  if (!bind.length)
    throw new PluginConfigError(`at least one bind plugin is needed for profile with scheduler name "${profile}"`);
}
