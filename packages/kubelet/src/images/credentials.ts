import type { cri } from '@typekube/cri-api';
import { registryOf } from './reference';

const DOCKER_HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/**
 * What pull secrets hold for the registry of an image: of types kubernetes.io/dockerconfigjson and kubernetes.io/dockercfg.
 * Undefined where none fits. Throws where a secret is not valid JSON.
 */
export function credentialsFor(image: string, secrets: readonly Readonly<Record<string, Buffer>>[]): cri.IAuthConfig | undefined {
  const registry = registryOf(image);
  for (const secret of secrets) {
    for (const [server, entry] of entriesOf(secret)) {
      if (!isSame(hostOf(server), registry)) continue;
      return toAuth(entry, registry);
    }
  }
  return undefined;
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

function hostOf(server: string): string {
  return server.replace(/^https?:\/\//, '').split('/')[0] ?? '';
}

function isSame(host: string, registry: string): boolean {
  return host === registry || (DOCKER_HUB.includes(host) && DOCKER_HUB.includes(registry));
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
}

function text(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === 'string' ? found : '';
}
