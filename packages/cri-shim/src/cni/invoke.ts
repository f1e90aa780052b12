import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runSmall } from '@typekube/component-base/linux';
import type { NetworkConfigList, PluginConfig } from './config';

/** What a plugin is told about the container. */
export interface Attachment {
  readonly containerId: string;
  /** Path of the network namespace. Empty when it is gone already. */
  readonly netns: string;
  readonly interfaceName: string;
  /** `CNI_ARGS`. */
  readonly args: Readonly<Record<string, string>>;
  /** Runtime arguments, such as `portMappings`, for plugins that declare the capability. */
  readonly capabilityArgs: Readonly<Record<string, unknown>>;
}

/** The parts of a plugin's result that are read here; the rest is passed on. */
export interface CniResult {
  readonly cniVersion?: string;
  readonly interfaces?: readonly { readonly name: string; readonly sandbox?: string }[];
  readonly ips?: readonly { readonly address: string; readonly interface?: number }[];
  readonly [key: string]: unknown;
}

export type CniCommand = 'ADD' | 'DEL' | 'CHECK';

const PLUGIN_TIMEOUT_MS = 120_000;

/** Runs all plugins of a network, each with the result of the one before. Gives the last result. */
export async function addNetwork(list: NetworkConfigList, attachment: Attachment, binDirs: readonly string[]): Promise<CniResult> {
  let previous: CniResult | undefined;
  for (const plugin of list.plugins) {
    if (previous && hasNothingToDo(plugin, attachment)) continue;
    const output = await invoke('ADD', { list, plugin, attachment, binDirs, previous });
    const result: CniResult = JSON.parse(output);
    previous = result;
  }
  if (!previous) throw new Error(`the network ${list.name} has no plugins`);
  return previous;
}

/** Runs all plugins in reverse, each with the result that ADD gave at last. Idempotent, as the specification wants of plugins. */
export async function deleteNetwork(list: NetworkConfigList, attachment: Attachment, binDirs: readonly string[], previous: CniResult | undefined): Promise<void> {
  for (const plugin of [...list.plugins].reverse()) if (!hasNothingToDo(plugin, attachment)) await invoke('DEL', { list, plugin, attachment, binDirs, previous });
}

/** Asks all plugins whether the network still is as they made it; fails with the first that says no. */
export async function checkNetwork(list: NetworkConfigList, attachment: Attachment, binDirs: readonly string[], previous: CniResult): Promise<void> {
  if (list.disableCheck) return;
  for (const plugin of list.plugins) if (!hasNothingToDo(plugin, attachment)) await invoke('CHECK', { list, plugin, attachment, binDirs, previous });
}

/**
 * Plugins that do nothing but what they are asked for by a runtime argument, as their documentation says, and pass on the result of the one before: where
 * there is no such argument, as with most pods, their process is spared.
 */
const ONLY_BY_ARGUMENT: Readonly<Record<string, string>> = { portmap: 'portMappings' };

function hasNothingToDo({ type }: PluginConfig, { capabilityArgs }: Attachment): boolean {
  const argument = ONLY_BY_ARGUMENT[type];
  return argument !== undefined && capabilityArgs[argument] === undefined;
}

interface Invocation {
  readonly list: NetworkConfigList;
  readonly plugin: PluginConfig;
  readonly attachment: Attachment;
  readonly binDirs: readonly string[];
  readonly previous: CniResult | undefined;
}

async function invoke(command: CniCommand, { list, plugin, attachment, binDirs, previous }: Invocation): Promise<string> {
  const path = await findPlugin(plugin.type, binDirs);
  const { containerId, netns, interfaceName, args } = attachment;
  const env = {
    PATH: process.env['PATH'],
    CNI_COMMAND: command,
    CNI_CONTAINERID: containerId,
    CNI_NETNS: netns,
    CNI_IFNAME: interfaceName,
    CNI_PATH: binDirs.join(delimiter),
    CNI_ARGS: Object.entries(args)
      .map(([key, value]) => `${key}=${value}`)
      .join(';'),
  };
  const input = JSON.stringify(pluginInput({ list, plugin, attachment, previous }));
  const { code, stdout, stderr } = await runSmall(path, { input, env, timeoutMs: PLUGIN_TIMEOUT_MS });
  if (code !== 0) throw new Error(`plugin type="${plugin.type}" name="${list.name}" failed (${VERBS[command]}): ${errorOf(stdout) || stderr.trim() || `exit status ${code}`}`);
  return stdout;
}

const VERBS: Readonly<Record<CniCommand, string>> = { ADD: 'add', DEL: 'delete', CHECK: 'check' };

/** The configuration as a plugin reads it from its standard input. */
export function pluginInput({ list, plugin, attachment, previous }: Omit<Invocation, 'binDirs'>): Record<string, unknown> {
  const { capabilities = {}, ...own } = plugin;
  const wanted = Object.entries(attachment.capabilityArgs).filter(([key]) => capabilities[key] === true);
  return {
    ...own,
    name: list.name,
    cniVersion: list.cniVersion,
    ...(wanted.length && { runtimeConfig: Object.fromEntries(wanted) }),
    ...(previous && { prevResult: previous }),
  };
}

async function findPlugin(type: string, binDirs: readonly string[]): Promise<string> {
  for (const folder of binDirs) {
    const path = join(folder, type);
    try {
      await access(path);
      return path;
    } catch {
      continue;
    }
  }
  throw new Error(`failed to find plugin "${type}" in path [${binDirs.join(' ')}]`);
}

/** The message of the error object that a failing plugin prints. */
function errorOf(stdout: string): string {
  if (!stdout.trim().startsWith('{')) return stdout.trim();
  const { msg, details }: { msg?: string; details?: string } = JSON.parse(stdout);
  return [msg, details].filter(Boolean).join('; ');
}
