import { type Container, nameOf, namespaceOf, type Pod, specOf } from '../objects';
import { expand } from './expand';
import { fieldValue, type PodAddresses } from './field-ref';
import { resourceValue } from './resource-ref';
import type { EnvironmentVariable } from './service-env';

/** Whence the values of ConfigMaps and Secrets come. Undefined where there is no such object. */
export interface ValueSources {
  /** Text, and bytes for what is in binaryData. */
  configMap(namespace: string, name: string): Promise<Readonly<Record<string, string | Buffer>> | undefined>;
  /** Decoded from base64. */
  secret(namespace: string, name: string): Promise<Readonly<Record<string, Buffer>> | undefined>;
}

export interface EnvironmentInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly sources: ValueSources;
  readonly services: readonly EnvironmentVariable[];
  readonly addresses: PodAddresses;
  readonly allocatable: Readonly<Record<string, string>>;
}

/** The container cannot be configured as the pod wants: status reason CreateContainerConfigError. */
export class ContainerConfigError extends Error {
  override readonly name = 'ContainerConfigError';
}

/**
 * The environment of a container, in the order of upstream's makeEnvironmentVariables: envFrom, then env with `$(NAME)` of what
 * came before, then services where no such name was set. Rejects with a ContainerConfigError.
 */
export async function environmentOf(input: EnvironmentInput): Promise<EnvironmentVariable[]> {
  const result = new Map<string, string>();
  for (const source of input.container.envFrom ?? []) await addAll(result, source, input);
  const services = new Map(input.services.map(({ name, value }) => [name, value]));
  const lookup = (name: string): string | undefined => result.get(name) ?? services.get(name);
  for (const variable of input.container.env ?? []) {
    const value = variable.valueFrom ? await valueFrom(variable.valueFrom, input) : expand(variable.value ?? '', lookup);
    if (value !== undefined) result.set(variable.name, value);
  }
  for (const [name, value] of services) if (!result.has(name)) result.set(name, value);
  return [...result].map(([name, value]) => ({ name, value }));
}

type EnvFrom = NonNullable<Container['envFrom']>[number];

async function addAll(
  result: Map<string, string>,
  { configMapRef, secretRef, prefix = '' }: EnvFrom,
  input: EnvironmentInput,
): Promise<void> {
  const reference = configMapRef ?? secretRef;
  if (!reference) return;
  const kind = configMapRef ? 'configmap' : 'secret';
  const data = await read(input, kind, reference.name ?? '');
  if (!data) {
    if (reference.optional) return;
    throw notFound(kind, reference.name ?? '');
  }
  for (const key of Object.keys(data).sort()) result.set(prefix + key, String(data[key]));
}

type ValueFrom = NonNullable<NonNullable<Container['env']>[number]['valueFrom']>;

async function valueFrom(
  { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef }: ValueFrom,
  input: EnvironmentInput,
): Promise<string | undefined> {
  const { pod, container } = input;
  try {
    if (fieldRef) return fieldValue(pod, fieldRef.fieldPath, input.addresses);
    if (resourceFieldRef) {
      const { containerName, resource, divisor } = resourceFieldRef;
      const of = containerName
        ? [...specOf(pod).containers, ...(specOf(pod).initContainers ?? [])].find(({ name }) => name === containerName)
        : container;
      if (!of) throw new Error(`container ${containerName} not found`);
      return resourceValue(of, resource, { divisor, allocatable: input.allocatable });
    }
  } catch (error) {
    throw new ContainerConfigError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  if (fileKeyRef) throw new ContainerConfigError('environment variables from files (fileKeyRef) are not supported yet');
  const reference = configMapKeyRef ?? secretKeyRef;
  return reference && keyValue(input, configMapKeyRef ? 'configmap' : 'secret', reference);
}

type Kind = 'configmap' | 'secret';

async function keyValue(
  input: EnvironmentInput,
  kind: Kind,
  { name = '', key, optional }: { name?: string; key: string; optional?: boolean },
): Promise<string | undefined> {
  const data = await read(input, kind, name);
  const value = data?.[key];
  if (value !== undefined) return String(value);
  if (optional) return undefined;
  if (!data) throw notFound(kind, name);
  const title = kind === 'configmap' ? 'ConfigMap' : 'Secret';
  throw new ContainerConfigError(`couldn't find key ${key} in ${title} ${namespaceOf(input.pod)}/${name}`);
}

function read(
  { pod, sources }: EnvironmentInput,
  kind: Kind,
  name: string,
): Promise<Readonly<Record<string, string | Buffer>> | undefined> {
  return kind === 'configmap' ? sources.configMap(namespaceOf(pod), name) : sources.secret(namespaceOf(pod), name);
}

function notFound(kind: Kind, name: string): ContainerConfigError {
  return new ContainerConfigError(`${kind} "${name}" not found`);
}

/** Command or arguments with the environment in place of `$(NAME)`. */
export function expandAll(texts: readonly string[] = [], environment: readonly EnvironmentVariable[]): string[] {
  const values = new Map(environment.map(({ name, value }) => [name, value]));
  return texts.map((text) => expand(text, (name) => values.get(name)));
}

/** The host name in a pod: the first label of the fully qualified name, at most 63 letters. */
export function hostnameOf(pod: Pod): string {
  const { hostname } = specOf(pod);
  return (hostname || nameOf(pod)).slice(0, 63).replace(/[-.]+$/, '');
}

/** The name by which the cluster's DNS knows the pod, where its spec gives it a subdomain: `web-0.web.default.svc.cluster.local`. */
export function fullHostnameOf(pod: Pod, domain: string): string | undefined {
  const { subdomain } = specOf(pod);
  return subdomain && domain ? `${hostnameOf(pod)}.${subdomain}.${namespaceOf(pod)}.svc.${domain}` : undefined;
}

/** Linux takes no longer host name. */
const MAX_HOSTNAME = 64;

/** What `hostname` prints inside of the pod. Throws where that would be too long. */
export function kernelHostnameOf(pod: Pod, domain: string): string {
  const full = specOf(pod).setHostnameAsFQDN ? fullHostnameOf(pod, domain) : undefined;
  if (!full) return hostnameOf(pod);
  if (full.length <= MAX_HOSTNAME) return full;
  throw new Error(
    `Failed to construct FQDN from pod hostname and cluster domain, FQDN ${full} is too long (${MAX_HOSTNAME} characters is the max, ${full.length} characters requested)`,
  );
}
