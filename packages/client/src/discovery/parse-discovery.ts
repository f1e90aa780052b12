import { parseGroupVersion } from '@typekube/apimachinery';
import type { ApiGroup, ApiResource } from './api-resource';

type Fields = Readonly<Record<string, unknown>>;

/** The groups of an `APIGroupList`. */
export function parseGroups(value: unknown): ApiGroup[] {
  return list(fields(value)['groups']).map((group) => {
    const versions = list(group['versions']).map((version) => text(version, 'version'));
    const preferred = text(fields(group['preferredVersion']), 'version');
    return { name: text(group, 'name'), versions: [...new Set([preferred, ...versions])].filter(Boolean) };
  });
}

/** The versions of an `APIVersions`: the core group. */
export function parseCoreVersions(value: unknown): ApiGroup {
  return { name: '', versions: texts(fields(value)['versions']) };
}

/** The resources of an `APIResourceList`. */
export function parseResources(value: unknown): ApiResource[] {
  const root = fields(value);
  const { group, version } = parseGroupVersion(text(root, 'groupVersion'));
  return list(root['resources']).map((resource) => ({
    group,
    version,
    name: text(resource, 'name'),
    singularName: text(resource, 'singularName'),
    namespaced: resource['namespaced'] === true,
    kind: text(resource, 'kind'),
    shortNames: texts(resource['shortNames']),
    categories: texts(resource['categories']),
    verbs: texts(resource['verbs']),
  }));
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

function text(from: Fields, name: string): string {
  const value = from[name];
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
