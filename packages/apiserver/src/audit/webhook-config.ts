import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError, parseConfig } from '@typekube/component-base';

/** A server that a kubeconfig file names, and how to speak to it. */
export interface WebhookTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly servername?: string; readonly rejectUnauthorized?: boolean };
}

const NAMED = 'string';

const KUBECONFIG = {
  apiVersion: 'v1',
  kind: 'Config',
  fields: {
    preferences: 'any',
    extensions: 'any',
    'current-context': 'string',
    clusters: {
      list: {
        fields: {
          name: NAMED,
          cluster: {
            fields: {
              server: 'string',
              'certificate-authority': 'string',
              'certificate-authority-data': 'string',
              'insecure-skip-tls-verify': 'boolean',
              'tls-server-name': 'string',
            },
          },
        },
      },
    },
    users: {
      list: {
        fields: {
          name: NAMED,
          user: {
            fields: {
              'client-certificate': 'string',
              'client-certificate-data': 'string',
              'client-key': 'string',
              'client-key-data': 'string',
              token: 'string',
              tokenFile: 'string',
              username: 'string',
              password: 'string',
            },
          },
        },
      },
    },
    contexts: { list: { fields: { name: NAMED, context: { fields: { cluster: 'string', user: 'string', namespace: 'string' } } } } },
  },
} as const;

/** Reads `--audit-webhook-config-file`. Without a current context the first cluster and the first user are meant. */
export async function loadWebhookTarget(path: string): Promise<WebhookTarget> {
  const config = await parseConfig(await readFile(path, 'utf8'), KUBECONFIG);
  const context = config.contexts?.find(({ name }) => name === config['current-context'])?.context;
  const cluster = (config.clusters?.find(({ name }) => name === context?.cluster) ?? config.clusters?.[0])?.cluster;
  const user = (config.users?.find(({ name }) => name === context?.user) ?? config.users?.[0])?.user;
  if (!cluster?.server) throw new ConfigError(`${path}: the current context has no cluster with a server`);
  const text = async (data: string | undefined, file: string | undefined): Promise<string | undefined> => {
    if (data) return Buffer.from(data, 'base64').toString('utf8');
    return file ? await readFile(resolve(dirname(path), file), 'utf8') : undefined;
  };
  const [ca, cert, key, token] = await Promise.all([
    text(cluster['certificate-authority-data'], cluster['certificate-authority']),
    text(user?.['client-certificate-data'], user?.['client-certificate']),
    text(user?.['client-key-data'], user?.['client-key']),
    user?.token ?? text(undefined, user?.tokenFile),
  ]);
  return {
    url: new URL(cluster.server),
    headers: authorization(token?.trim(), user?.username, user?.password),
    tls: {
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(cluster['tls-server-name'] && { servername: cluster['tls-server-name'] }),
      ...(cluster['insecure-skip-tls-verify'] && { rejectUnauthorized: false }),
    },
  };
}

function authorization(token: string | undefined, username: string | undefined, password = ''): Record<string, string> {
  if (token) return { Authorization: `Bearer ${token}` };
  return username ? { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` } : {};
}
