import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError, type ConfigValue, parseConfig } from '@typekube/component-base';

/** A webhook of somebody else: where it is, whom to trust there, and who this server is to it. */
export interface WebhookTarget {
  readonly url: URL;
  readonly tls: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
  /** The value of the `Authorization` header; read anew each time where a file holds the token. */
  readonly authorization: () => string | undefined;
}

const CLUSTER = {
  fields: {
    server: 'string',
    'certificate-authority': 'string',
    'certificate-authority-data': 'string',
    'tls-server-name': 'string',
    'insecure-skip-tls-verify': 'boolean',
    extensions: 'any',
  },
} as const;
const USER = {
  fields: {
    'client-certificate': 'string',
    'client-certificate-data': 'string',
    'client-key': 'string',
    'client-key-data': 'string',
    token: 'string',
    tokenFile: 'string',
    username: 'string',
    password: 'string',
    extensions: 'any',
  },
} as const;
const CONTEXT = { fields: { cluster: 'string', user: 'string', namespace: 'string', extensions: 'any' } } as const;
const FIELDS = {
  clusters: { list: { fields: { name: 'string', cluster: CLUSTER } } },
  users: { list: { fields: { name: 'string', user: USER } } },
  contexts: { list: { fields: { name: 'string', context: CONTEXT } } },
  'current-context': 'string',
  preferences: 'any',
  extensions: 'any',
} as const;

type Kubeconfig = ConfigValue<{ fields: typeof FIELDS }>;
type User = ConfigValue<typeof USER>;

/**
 * Reads how a webhook is reached from its file, which is a kubeconfig: the cluster of the current context is the webhook, the user this server. Files
 * that it names are relative to it. Fails with what is wrong, never with what the file holds.
 */
export async function readWebhookTarget(path: string): Promise<WebhookTarget> {
  const config = await parse(path, await readFile(path, 'utf8'));
  const current = config['current-context'] ?? '';
  const context = config.contexts?.find(({ name }) => name === current)?.context;
  if (!context) throw new ConfigError(`${path}: the current-context ${JSON.stringify(current)} is of none of the contexts`);
  const cluster = config.clusters?.find(({ name }) => name === context.cluster)?.cluster;
  const user = context.user ? config.users?.find(({ name }) => name === context.user)?.user : {};
  if (!user) throw new ConfigError(`${path}: the user ${JSON.stringify(context.user)} is none of the users`);
  const { server = '', 'tls-server-name': servername, 'insecure-skip-tls-verify': isInsecure } = cluster ?? {};
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new ConfigError(`${path}: the cluster ${JSON.stringify(context.cluster ?? '')} has no server that is a URL`);
  }
  const folder = dirname(path);
  const [ca, cert, key] = await Promise.all([
    readText(folder, cluster?.['certificate-authority-data'], cluster?.['certificate-authority']),
    readText(folder, user['client-certificate-data'], user['client-certificate']),
    readText(folder, user['client-key-data'], user['client-key']),
  ]);
  const authorization = authorizationOf(user, folder);
  // A file that is not there is to be known of at the start, not when somebody waits for an answer.
  authorization();
  return {
    url,
    tls: {
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(servername && { servername }),
      ...(isInsecure && { rejectUnauthorized: false }),
    },
    authorization,
  };
}

/** The parser quotes what it does not understand, which may be a token. */
async function parse(path: string, text: string): Promise<Kubeconfig> {
  try {
    return await parseConfig(text, { apiVersion: 'v1', kind: 'Config', fields: FIELDS });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [why = ''] = error.message.split(/\n| in '/, 1);
    throw new ConfigError(`${path}: ${why}`);
  }
}

function authorizationOf({ token, tokenFile, username, password = '' }: User, folder: string): () => string | undefined {
  if (token) return () => `Bearer ${token}`;
  if (tokenFile) return () => `Bearer ${readFileSync(resolve(folder, tokenFile), 'utf8').trim()}`;
  const basic = username ? `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` : undefined;
  return () => basic;
}

async function readText(folder: string, data: string | undefined, file: string | undefined): Promise<string | undefined> {
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  return file ? readFile(resolve(folder, file), 'utf8') : undefined;
}
