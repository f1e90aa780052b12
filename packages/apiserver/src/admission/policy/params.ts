import type { admissionregistrationv1 } from '@typekube/api';
import { type KubeObject, selectorFromLabelSelector } from '@typekube/apimachinery';
import { parseObject } from '../../cache/entry';
import type { Endpoints } from '../../registry/endpoints';
import type { Resource } from '../../registry/resource';
import { cloneObject } from '../../registry/clone-object';
import type { AdmissionDependencies } from '../dependencies';
import { CachedObjects } from '../object-source';

type ParamKind = admissionregistrationv1.ParamKind;
type ParamRef = admissionregistrationv1.ParamRef;

/** What a binding is evaluated with: one parameter after the other, undefined where it takes none; or why there are none. */
export type Params = readonly (object | undefined)[] | { readonly problem: string };

/** Looks up the parameters that a binding names. */
export async function findParams(
  { paramKind, paramRef, namespace }: { paramKind: ParamKind | undefined; paramRef: ParamRef | undefined; namespace: string },
  { endpoints, store }: Pick<AdmissionDependencies, 'endpoints' | 'store'>,
): Promise<Params> {
  if (!paramKind) return [undefined];
  // A policy with parameters, bound without, sees null.
  if (!paramRef) return [undefined];
  const resource = resourceOfKind(endpoints, paramKind);
  if (!resource) return { problem: `failed to configure policy: failed to find resource referenced by paramKind: '${kindText(paramKind)}'` };
  const { definition } = resource;
  const isNamespaced = definition.scope === 'Namespaced';
  if (!isNamespaced && paramRef.namespace) return { problem: 'failed to configure binding: paramRef.namespace must not be provided for a cluster-scoped `paramKind`' };
  const within = isNamespaced ? paramRef.namespace || namespace : '';
  if (isNamespaced && !within) {
    return { problem: 'failed to configure binding: cannot use namespaced paramRef in policy binding that matches cluster-scoped resources' };
  }
  const found = await select(paramRef, within, new CachedObjects<KubeObject>(resource, store));
  if (found.length) return found.map((object) => inVersion(object, resource, paramKind));
  return paramRef.parameterNotFoundAction === 'Allow' ? [] : { problem: 'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction' };
}

async function select({ name, selector }: ParamRef, namespace: string, objects: CachedObjects<KubeObject>): Promise<readonly KubeObject[]> {
  if (name) {
    const found = await objects.find(namespace, name);
    return found ? [found] : [];
  }
  const wanted = selectorFromLabelSelector(selector ?? {});
  return objects.list(namespace).filter(({ metadata }) => wanted.matches(metadata.labels ?? {}));
}

function resourceOfKind(endpoints: Endpoints, { apiVersion = '', kind }: ParamKind): Resource | undefined {
  const { group, version } = splitVersion(apiVersion);
  return [...endpoints.all].find(({ definition }) => {
    return definition.group === group && definition.kind === kind && definition.versions.some((served) => served.version === version);
  });
}

/** A parameter as the version that the policy names has it. */
function inVersion(object: KubeObject, { definition }: Resource, { apiVersion = '', kind = '' }: ParamKind): object {
  const { version } = splitVersion(apiVersion);
  const conversion = definition.versions.find((served) => served.version === version)?.conversion;
  return { ...(conversion ? conversion.fromStorage(cloneObject(object)) : object), apiVersion, kind };
}

function splitVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

function kindText({ apiVersion = '', kind = '' }: ParamKind): string {
  const { group, version } = splitVersion(apiVersion);
  return `${group}/${version}, Kind=${kind}`;
}

/** The objects of a cached resource, parsed. */
export function parseAll<T extends KubeObject>(resource: Resource): T[] {
  return [...resource.cache.entries.values()].map(({ bytes }) => parseObject(bytes) as T);
}
