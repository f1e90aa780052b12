import type { GroupKind, GroupResource } from '../errors/status-error';

/** A group and a version in it; the core group is the empty text. */
export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

export interface GroupVersionKind extends GroupVersion {
  readonly kind: string;
}

export interface GroupVersionResource extends GroupVersion {
  readonly resource: string;
}

/**
 * Reads an `apiVersion`: `apps/v1`, or `v1` for the core group. Empty text gives an empty group and version, as
 * schema.ParseGroupVersion. Throws on more than one slash.
 */
export function parseGroupVersion(text: string): GroupVersion {
  if (text === '' || text === '/') return { group: '', version: '' };
  const parts = text.split('/');
  if (parts.length > 2) throw new Error(`unexpected GroupVersion string: ${text}`);
  const [first = '', second] = parts;
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}

/** The `apiVersion` of a group and version: `apps/v1`, `v1`. */
export function formatGroupVersion({ group, version }: GroupVersion): string {
  return group ? `${group}/${version}` : version;
}

/** What an object says it is. A malformed `apiVersion` leaves group and version empty, as schema.FromAPIVersionAndKind. */
export function groupVersionKindOf(object: { apiVersion?: string; kind?: string }): GroupVersionKind {
  const kind = object.kind ?? '';
  const apiVersion = object.apiVersion ?? '';
  if (apiVersion.split('/').length > 2) return { group: '', version: '', kind };
  return { ...parseGroupVersion(apiVersion), kind };
}

/** `apps/v1, Kind=Deployment`: the text of error messages and logs. */
export function groupVersionKindText({ group, version, kind }: GroupVersionKind): string {
  return `${group}/${version}, Kind=${kind}`;
}

/** `apps/v1, Resource=deployments`: the text of error messages and logs. */
export function groupVersionResourceText({ group, version, resource }: GroupVersionResource): string {
  return `${group}/${version}, Resource=${resource}`;
}

/** Reads `deployments.apps` or `pods`: everything behind the first dot is the group. */
export function parseGroupResource(text: string): GroupResource {
  const [resource, group] = splitAtFirstDot(text);
  return { group, resource };
}

/** Reads `Deployment.apps` or `Pod`: everything behind the first dot is the group. */
export function parseGroupKind(text: string): GroupKind {
  const [kind, group] = splitAtFirstDot(text);
  return { group, kind };
}

/**
 * Reads `deployments.v1.apps`, which may also mean the resource `deployments` of the group `v1.apps`: both readings are
 * returned, the first only where there are two dots. (schema.ParseResourceArg)
 */
export function parseResourceArgument(text: string): { versioned?: GroupVersionResource; groupResource: GroupResource } {
  const groupResource = parseGroupResource(text);
  const secondDot = groupResource.group.indexOf('.');
  if (secondDot < 0) return { groupResource };
  const version = groupResource.group.slice(0, secondDot);
  const group = groupResource.group.slice(secondDot + 1);
  return { versioned: { group, version, resource: groupResource.resource }, groupResource };
}

function splitAtFirstDot(text: string): [string, string] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text, ''] : [text.slice(0, dot), text.slice(dot + 1)];
}
