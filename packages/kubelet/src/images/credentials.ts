import type { cri } from '@typekube/cri-api';
import { registryOf } from './reference';

const DOCKER_HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/**
 * What pull secrets hold for an image, to be tried in this order: of types kubernetes.io/dockerconfigjson and kubernetes.io/dockercfg. As upstream's keyring:
 * a server may have a path, which the image's must begin with, and `*` within the parts of its name; what is more exact comes first. Throws where a
 * secret is not valid JSON.
 */
export function credentialsFor(image: string, secrets: readonly Readonly<Record<string, Buffer>>[]): cri.IAuthConfig[] {
  const registry = registryOf(image);
  const repository = image.startsWith(`${registry}/`) ? image.slice(registry.length) : `/${image}`;
  return secrets
    .flatMap(entriesOf)
    .map(([server, entry]) => ({ server: server.replace(/^https?:\/\//, '').replace(/\/$/, ''), entry }))
    .filter(({ server }) => isFor(server, registry, repository))
    .sort((a, b) => (a.server < b.server ? 1 : a.server > b.server ? -1 : 0))
    .map(({ entry }) => toAuth(entry, registry));
}

function isFor(server: string, registry: string, repository: string): boolean {
  const slash = server.indexOf('/');
  const host = slash === -1 ? server : server.slice(0, slash);
  // Docker's own files name the version of its protocol.
  const path = slash === -1 ? '' : server.slice(slash).replace(/^\/v[12](?=\/|$)/, '');
  return isSame(host, registry) && repository.startsWith(path);
}

function isSame(host: string, registry: string): boolean {
  if (host === registry || (DOCKER_HUB.includes(host) && DOCKER_HUB.includes(registry))) return true;
  if (!host.includes('*')) return false;
  const [parts, wanted] = [host.split('.'), registry.split('.')];
  return parts.length === wanted.length && parts.every((part, position) => matches(part, wanted[position] ?? ''));
}

/** Whether the text is what the pattern says, in which `*` is any number of characters. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function entriesOf(secret: Readonly<Record<string, Buffer>>): [string, unknown][] {
  const config = secret['.dockerconfigjson'];
  const legacy = secret['.dockercfg'];
  const parsed: unknown = JSON.parse((config ?? legacy ?? Buffer.from('{}')).toString('utf8'));
  const auths = config ? field(parsed, 'auths') : parsed;
  return typeof auths === 'object' && auths !== null ? Object.entries(auths) : [];
}

function toAuth(entry: unknown, registry: string): cri.IAuthConfig {
  const [name = '', ...rest] = Buffer.from(text(entry, 'auth'), 'base64').toString('utf8').split(':');
  return {
    username: text(entry, 'username') || name,
    password: text(entry, 'password') || rest.join(':'),
    identityToken: text(entry, 'identitytoken'),
    registryToken: text(entry, 'registrytoken'),
    serverAddress: registry,
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
}

function text(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === 'string' ? found : '';
}
