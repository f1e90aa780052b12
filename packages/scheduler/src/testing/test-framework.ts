import { silentLogger, systemClock } from '@typekube/component-base';
import type { Snapshot } from '../cache/snapshot';
import { arrangePlugins, type ProfilePlugins, usedPlugins } from '../config/plugin-set';
import type { ClusterWriter } from '../framework/cluster-writer';
import { Framework } from '../framework/framework';
import type { PluginHandle } from '../framework/handle';
import { DEFAULT_PLUGIN_ARGS } from '../plugins/plugin-args';
import { DEFAULT_PLUGINS, type PluginEntry } from '../plugins/registry';
import { testHandle } from './plugin-kit';

export interface TestFrameworkOptions {
  readonly snapshot: Snapshot;
  readonly plugins?: ProfilePlugins;
  /** Plugins besides the default ones. */
  readonly further?: readonly PluginEntry[];
  readonly handle?: Partial<PluginHandle>;
  readonly writer?: ClusterWriter;
}

/** The framework of a profile on a cluster by hand. */
export function testFramework({ snapshot, plugins = {}, further = [], handle = {}, writer }: TestFrameworkOptions): Framework {
  const full: PluginHandle = {
    ...testHandle({}, snapshot),
    clock: systemClock,
    log: silentLogger,
    ...(writer && { writer }),
    ...handle,
    framework: () => framework,
  };
  const entries = [...DEFAULT_PLUGINS, ...further];
  const used = new Set(usedPlugins(entries, plugins));
  const instances = new Map(
    entries.filter(({ name }) => used.has(name)).map(({ name, create }) => [name, create(full, DEFAULT_PLUGIN_ARGS)]),
  );
  const framework: Framework = new Framework({
    profile: 'default-scheduler',
    plugins: arrangePlugins('default-scheduler', plugins, { entries, instances }),
    handle: full,
  });
  return framework;
}
