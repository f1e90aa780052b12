import { readFileSync } from 'node:fs';
import { Agent, type AgentOptions } from 'node:https';
import { dirname, resolve } from 'node:path';
import { parseYaml } from '../../http/yaml';
import type { PostTarget } from '../webhooks/post-json';

type Fields = Readonly<Record<string, unknown>>;

/** Whom a kubeconfig file says to ask, and as whom: how upstream configures webhooks that are asked for no configuration object. */
export function kubeconfigTarget(path: string): PostTarget {
  const config = parseYaml(readFileSync(path, 'utf8')).value as Fields;
  const context = named(config['contexts'], 'context', config['current-context']);
  const cluster = named(config['clusters'], 'cluster', context?.['cluster']);
  const user = named(config['users'], 'user', context?.['user']) ?? {};
  const server = textOf(cluster?.['server']);
  if (!cluster || !server.startsWith('https:')) throw new Error(`${path}: the cluster of the current context must have an https server`);
  const url = new URL(server);
  const file = (fields: Fields, name: string): Buffer | undefined => readField(fields, name, dirname(path));
  const tls: AgentOptions = {
    ca: file(cluster, 'certificate-authority'),
    cert: file(user, 'client-certificate'),
    key: file(user, 'client-key'),
    rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
  };
  const servername = textOf(cluster['tls-server-name']);
  const token = textOf(user['token']);
  return {
    url,
    agent: new Agent({ ...tls, keepAlive: true }),
    ...(servername && { servername }),
    ...(token && { headers: { Authorization: `Bearer ${token}` } }),
  };
}

/** The entry of that name, or the first where none is named. */
function named(list: unknown, field: string, name: unknown): Fields | undefined {
  if (!Array.isArray(list)) return undefined;
  const entries = list as Fields[];
  const found = name ? entries.find((entry) => entry['name'] === name) : entries[0];
  return found?.[field] as Fields | undefined;
}

/** Inline as base64, or in a file that is named from the kubeconfig on. */
function readField(fields: Fields, name: string, folder: string): Buffer | undefined {
  const data = textOf(fields[`${name}-data`]);
  if (data) return Buffer.from(data, 'base64');
  const path = textOf(fields[name]);
  return path ? readFileSync(resolve(folder, path)) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
