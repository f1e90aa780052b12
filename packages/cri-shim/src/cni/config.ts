import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../errors';

/** One plugin's configuration, passed on to it as it is. */
export interface PluginConfig {
  readonly type: string;
  readonly capabilities?: Readonly<Record<string, boolean>>;
  readonly [key: string]: unknown;
}

/** A network: the plugins that make it, in order. */
export interface NetworkConfigList {
  readonly name: string;
  readonly cniVersion: string;
  readonly disableCheck?: boolean;
  readonly plugins: readonly PluginConfig[];
}

/** The first network of the folder by file name, as upstream chooses it; undefined while there is none. */
export async function loadNetwork(folder: string): Promise<NetworkConfigList | undefined> {
  for (const name of await configFiles(folder)) {
    const path = join(folder, name);
    return parseNetwork(path, await readFile(path, 'utf8'));
  }
  return undefined;
}

/** Reads a list (`.conflist`), or a single plugin (`.conf`) as a list of one. Fails with the file's name. */
export function parseNetwork(path: string, text: string): NetworkConfigList {
  const parsed: unknown = JSON.parse(text);
  const { name, cniVersion = '0.2.0', disableCheck, plugins, type } = asRecord(path, parsed);
  const list = plugins === undefined ? [parsed] : plugins;
  if (typeof name !== 'string' || !name) throw new Error(`error parsing configuration list ${path}: no 'name'`);
  if (!Array.isArray(list) || list.length === 0) throw new Error(`error parsing configuration list ${path}: no plugins in list`);
  if (plugins === undefined && typeof type !== 'string') throw new Error(`error loading CNI config file ${path}: no 'type'; perhaps this is a .conflist?`);
  return {
    name,
    cniVersion: String(cniVersion),
    ...(typeof disableCheck === 'boolean' && { disableCheck }),
    plugins: list.map((plugin) => parsePlugin(path, plugin)),
  };
}

function parsePlugin(path: string, value: unknown): PluginConfig {
  const record = asRecord(path, value);
  const { type } = record;
  if (typeof type !== 'string' || !type) throw new Error(`error parsing configuration list ${path}: missing 'type' of a plugin`);
  return { ...record, type };
}

function asRecord(path: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`error parsing configuration ${path}: not an object`);
  return { ...value };
}

async function configFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /\.(conf|conflist|json)$/.test(name)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
