import type { cri } from '@typekube/cri-api';
import { invalid } from '../errors';
import type { ImageConfig } from '../images/oci';

const DEFAULT_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

type ImageProcess = NonNullable<ImageConfig['config']>;

/** What a container runs: a given command replaces the image's entry point and its arguments, given arguments alone only those. */
export function commandLine({ command, args }: Pick<cri.ContainerConfig, 'command' | 'args'>, image: ImageProcess): string[] {
  const isDefault = command.length === 0;
  const head = isDefault ? (image.Entrypoint ?? []) : command;
  const tail = isDefault && args.length === 0 ? (image.Cmd ?? []) : args;
  const line = [...head, ...tail];
  if (line.length === 0) throw invalid('failed to generate container spec: no command specified');
  return line;
}

/** The environment: the image's, then the container's own over it. */
export function environment(config: Pick<cri.ContainerConfig, 'envs' | 'tty'>, image: ImageProcess, hostname: string): string[] {
  const values = new Map<string, string>();
  const set = (entry: string): void => {
    const split = entry.indexOf('=');
    values.set(split < 0 ? entry : entry.slice(0, split), split < 0 ? '' : entry.slice(split + 1));
  };
  set(DEFAULT_PATH);
  if (config.tty) set('TERM=xterm');
  if (hostname) set(`HOSTNAME=${hostname}`);
  (image.Env ?? []).forEach(set);
  for (const { key, value } of config.envs) values.set(key, value);
  return [...values].map(([key, value]) => `${key}=${value}`);
}
