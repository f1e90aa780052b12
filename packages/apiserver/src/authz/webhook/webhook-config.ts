import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { SecureContextOptions } from 'node:tls';

/** Where a webhook is, and how to show it who asks. */
export interface WebhookEndpoint {
  readonly url: URL;
  readonly tls: SecureContextOptions & { readonly rejectUnauthorized: boolean; readonly servername?: string };
  /** The value of the `Authorization` header; read anew with each request where a file holds the token. */
  readonly authorization: () => string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads a webhook's file, which is a kubeconfig: the cluster is the webhook, the user this server. Fails with what is wrong with it. */
export async function readWebhookConfig(path: string): Promise<WebhookEndpoint> {
  try {
    // The library takes longer to load than the rest of a start.
    const { parse } = await import('yaml');
    const parsed: unknown = parse(await readFile(path, 'utf8'));
    return endpointOf(fields(parsed), dirname(path));
  } catch (error) {
    throw new Error(`webhook config ${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function endpointOf(config: Fields, folder: string): WebhookEndpoint {
  const context = fields(named(config, 'contexts', text(config, 'current-context'), 'context'));
  const cluster = fields(named(config, 'clusters', text(context, 'cluster'), 'cluster'));
  const userName = text(context, 'user');
  const user = userName ? fields(named(config, 'users', userName, 'user')) : {};
  const bytes = (from: Fields, name: string): Buffer | undefined => {
    const data = text(from, `${name}-data`);
    const file = text(from, name);
    if (data) return Buffer.from(data, 'base64');
    return file ? readFileSync(resolve(folder, file)) : undefined;
  };
  const [ca, cert, key] = [bytes(cluster, 'certificate-authority'), bytes(user, 'client-certificate'), bytes(user, 'client-key')];
  const servername = text(cluster, 'tls-server-name');
  return {
    url: new URL(text(cluster, 'server')),
    tls: {
      rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(servername && { servername }),
    },
    authorization: authorizationOf(user, folder),
  };
}

function authorizationOf(user: Fields, folder: string): () => string | undefined {
  const [token, tokenFile, username, password] = ['token', 'tokenFile', 'username', 'password'].map((name) => text(user, name));
  if (token) return () => `Bearer ${token}`;
  if (tokenFile) return () => `Bearer ${readFileSync(resolve(folder, tokenFile), 'utf8').trim()}`;
  const basic = username && `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return () => basic || undefined;
}

function named(config: Fields, list: string, name: string, inner: string): unknown {
  const entries = config[list];
  const found = Array.isArray(entries) ? entries.map(fields).find((entry) => entry['name'] === name) : undefined;
  if (!found) throw new Error(`no entry ${JSON.stringify(name)} in ${list}`);
  return found[inner];
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function text(from: Fields, name: string): string {
  const value = from[name] ?? '';
  if (typeof value === 'string') return value;
  throw new Error(`${name} must be a string`);
}
