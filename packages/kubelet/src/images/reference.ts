/** The reference with `:latest` where it has neither tag nor digest, as the kubelet asks the runtime for it. */
export function withDefaultTag(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  return name.includes(':') || name.includes('@') ? image : `${image}:latest`;
}

/** The registry of a reference: `docker.io` where it names none. */
export function registryOf(image: string): string {
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(0, slash));
  return slash > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}

/** A path of a repository: parts in lower case, held together by `/`. */
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}$/;
const IDENTIFIER = /^[a-f0-9]{64}$/;

/** Why the text is no reference of an image, in the words of the library that upstream reads it with; undefined where it is one. */
export function referenceProblem(image: string): string | undefined {
  if (IDENTIFIER.test(image)) return `invalid repository name (${image}), cannot specify 64-byte hexadecimal strings`;
  const registry = registryOf(image);
  const path = image.startsWith(`${registry}/`) ? image.slice(registry.length + 1) : image;
  const [named = '', ...digests] = path.split('@');
  const colon = named.indexOf(':');
  const repository = colon === -1 ? named : named.slice(0, colon);
  if (repository !== repository.toLowerCase()) {
    const full = registry === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository;
    return `invalid reference format: repository name (${full}) must be lowercase`;
  }
  const isWell = REPOSITORY.test(repository) && (colon === -1 || TAG.test(named.slice(colon + 1))) && digests.length <= 1 && digests.every((digest) => DIGEST.test(digest));
  return isWell ? undefined : 'invalid reference format';
}
