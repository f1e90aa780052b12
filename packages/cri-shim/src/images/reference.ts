import { invalid } from '../errors';

/** An image's name in full: `docker.io/library/busybox:latest`. */
export interface ImageReference {
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-f]{32,}$/;
const DOMAIN = /^(?:localhost|[^/]*[.:][^/]*|\[[0-9a-fA-F:]+\](?::\d+)?)$/;

/**
 * Reads a name as Docker's reference grammar does: no registry means docker.io, no folder there means library, neither tag nor digest means
 * `latest`. Fails with upstream's text for what is none.
 */
export function parseReference(text: string): ImageReference {
  const fail = (why: string) => invalid(`failed to parse image reference "${text}": ${why}`);
  const [name = '', digest] = text.split('@', 2);
  if (digest !== undefined && !DIGEST.test(digest)) throw fail('invalid reference format');
  const [, path = '', tag] = /^(.*?)(?::([^:/]*))?$/s.exec(name) ?? [];
  if (tag !== undefined && !TAG.test(tag)) throw fail('invalid reference format');
  const slash = path.indexOf('/');
  const hasRegistry = slash > 0 && DOMAIN.test(path.slice(0, slash));
  const registry = hasRegistry ? path.slice(0, slash) : 'docker.io';
  let repository = hasRegistry ? path.slice(slash + 1) : path;
  if (/[A-Z]/.test(repository)) throw fail('invalid reference format: repository name must be lowercase');
  if (!repository.split('/').every((component) => COMPONENT.test(component))) throw fail('invalid reference format');
  if (registry === 'docker.io' && !repository.includes('/')) repository = `library/${repository}`;
  return { registry, repository, ...(digest === undefined ? { tag: tag ?? 'latest' } : { tag, digest }) };
}

/** The name that an image is kept under: with its digest if the reference has one, else with its tag. */
export function referenceName({ registry, repository, tag, digest }: ImageReference): string {
  return digest === undefined ? `${registry}/${repository}:${tag ?? 'latest'}` : `${registry}/${repository}@${digest}`;
}

/** Is it an image's id: `sha256:…` or 64 hex digits? */
export function asImageId(text: string): string | undefined {
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return text;
  return /^[0-9a-f]{64}$/.test(text) ? `sha256:${text}` : undefined;
}
