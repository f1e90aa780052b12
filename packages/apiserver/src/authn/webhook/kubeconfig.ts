import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError, parseConfig } from '@typekube/component-base';
import type { OutboundRequest } from '../outbound';

/** Where a webhook is, whom to trust there, and who this server is to it. */
export interface WebhookTarget {
  readonly url: string;
  readonly tls: NonNullable<OutboundRequest['tls']>;
  readonly headers: Readonly<Record<string, string>>;
}

const CLUSTER = {
  fields: {
    server: 'string', 'certificate-authority': 'string', 'certificate-authority-data': 'string', 'tls-server-name': 'string',
    'insecure-skip-tls-verify': 'boolean', extensions: 'any',
  },
} as const;
const USER = {
  fields: {
    'client-certificate': 'string', 'client-certificate-data': 'string', 'client-key': 'string', 'client-key-data': 'string',
    token: 'string', tokenFile: 'string', username: 'string', password: 'string',
  },
} as const;
const FIELDS = {
  clusters: { list: { fields: { name: 'string', cluster: CLUSTER } } },
  users: { list: { fields: { name: 'string', user: USER } } },
  contexts: { list: { fields: { name: 'string', context: { fields: { cluster: 'string', user: 'string', namespace: 'string' } } } } },
  'current-context': 'string',
  preferences: 'any',
} as const;

/** Reads a webhook's configuration, which is a kubeconfig. Files that it names are relative to it, and read once. */
export async function readWebhookTarget(path: string): Promise<WebhookTarget> {
  const config = await parseConfig(await readFile(path, 'utf8'), { apiVersion: 'v1', kind: 'Config', fields: FIELDS });
  const context = config.contexts?.find(({ name }) => name === config['current-context'])?.context;
  if (!context) throw new ConfigError(`${path}: the current-context ${JSON.stringify(config['current-context'] ?? '')} is of none of the contexts`);
  const cluster = config.clusters?.find(({ name }) => name === context.cluster)?.cluster;
  const user = config.users?.find(({ name }) => name === context.user)?.user ?? {};
  const { server = '', 'tls-server-name': servername, 'insecure-skip-tls-verify': isInsecure } = cluster ?? {};
  if (!URL.canParse(server)) throw new ConfigError(`${path}: the cluster ${JSON.stringify(context.cluster ?? '')} has no server that is a URL`);
  const text = (data: string | undefined, file: string | undefined): Promise<string | undefined> => readText(dirname(path), data, file);
  const [ca, cert, key, tokenFile] = await Promise.all([
    text(cluster?.['certificate-authority-data'], cluster?.['certificate-authority']),
    text(user['client-certificate-data'], user['client-certificate']),
    text(user['client-key-data'], user['client-key']),
    text(undefined, user.tokenFile),
  ]);
  const token = user.token ?? tokenFile?.trim();
  const login = user.username ? `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}` : undefined;
  const authorization = token ? `Bearer ${token}` : login;
  return {
    url: server,
    tls: {
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(servername && { servername }),
      ...(isInsecure && { rejectUnauthorized: false }),
    },
    headers: authorization ? { authorization } : {},
  };
}

async function readText(folder: string, data: string | undefined, file: string | undefined): Promise<string | undefined> {
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  return file ? readFile(resolve(folder, file), 'utf8') : undefined;
}
