import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { EMPTY_KUBECONFIG, type ExecConfig, type Kubeconfig, KubeconfigError } from './kubeconfig';
import { parseKubeconfig } from './parse';
import { errorCode } from './system-error';

export interface LoadOptions {
  /** The file of a `--kubeconfig` flag: the only one read, and it must be there. */
  readonly path?: string;
  /** Default: those of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Loads what kubectl would (clientcmd.ClientConfigLoadingRules): the file of the flag; else the files of `KUBECONFIG`, merged,
 * those that are missing left out; else `~/.kube/config`. Relative paths in a file are relative to its folder. No file at all
 * gives an empty kubeconfig.
 *
 * @throws KubeconfigError with the name of the file that could not be read.
 */
export async function loadKubeconfig({ path, env = process.env }: LoadOptions = {}): Promise<Kubeconfig> {
  if (path) return (await loadFile(path)) ?? missing(path);
  const list = (env['KUBECONFIG'] ?? '').split(delimiter).filter(Boolean);
  const files = list.length > 0 ? [...new Set(list)] : [join(env['HOME'] || homedir(), '.kube', 'config')];
  const loaded = await Promise.all(files.map(loadFile));
  return mergeKubeconfigs(loaded.filter((config) => config !== undefined));
}

/** Merges files in order: of entries with one name the first counts, and so does the first current context. */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  return configs.reduce(
    (first, next) => ({
      clusters: new Map([...next.clusters, ...first.clusters]),
      users: new Map([...next.users, ...first.users]),
      contexts: new Map([...next.contexts, ...first.contexts]),
      currentContext: first.currentContext || next.currentContext,
    }),
    EMPTY_KUBECONFIG,
  );
}

/** Undefined where there is no such file. */
async function loadFile(path: string): Promise<Kubeconfig | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return resolvePaths(parseKubeconfig(text), dirname(resolve(path)));
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    throw new KubeconfigError(`error loading config file ${JSON.stringify(path)}: ${error.message}`, { cause: error });
  }
}

function missing(path: string): never {
  throw new KubeconfigError(`stat ${path}: no such file or directory`);
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return undefined;
    const why = code === 'EACCES' ? 'permission denied' : code === 'EISDIR' ? 'is a directory' : String(error);
    throw new KubeconfigError(`error loading config file ${JSON.stringify(path)}: open ${path}: ${why}`, { cause: error });
  }
}

function resolvePaths(config: Kubeconfig, folder: string): Kubeconfig {
  const absolute = (path: string): string => (path === '' || isAbsolute(path) ? path : join(folder, path));
  const clusters = [...config.clusters].map(
    ([name, cluster]) => [name, { ...cluster, certificateAuthority: absolute(cluster.certificateAuthority) }] as const,
  );
  const users = [...config.users].map(([name, user]) => {
    const { clientCertificate, clientKey, tokenFile, exec } = user;
    const paths = {
      clientCertificate: absolute(clientCertificate),
      clientKey: absolute(clientKey),
      tokenFile: absolute(tokenFile),
    };
    return [name, { ...user, ...paths, ...(exec && { exec: resolveCommand(exec, absolute) }) }] as const;
  });
  return { ...config, clusters: new Map(clusters), users: new Map(users) };
}

/** A bare command name is looked up in PATH; one with a separator is a path. */
function resolveCommand(exec: ExecConfig, absolute: (path: string) => string): ExecConfig {
  return exec.command.includes(sep) ? { ...exec, command: absolute(exec.command) } : exec;
}
