import type { ResourceDefinition, ServedVersion } from '../registry/resource-definition';
import type { GroupVersionNames } from './group-version-names';
import { ANY_MEDIA_TYPE, type MediaTypes } from './media-types';
import type { GroupVersionKind, Operation, Parameter } from './operation';
import { NAMESPACE, type ParameterCatalog } from './parameters';

/** What the operations of one resource in one version are made of. */
export interface ResourceContext {
  readonly definition: ResourceDefinition;
  readonly served: ServedVersion;
  readonly names: GroupVersionNames;
  readonly kind: GroupVersionKind;
  readonly parameters: ParameterCatalog;
  readonly mediaTypes: MediaTypes;
}

/** `/api/v1/namespaces/{namespace}/pods` */
export function collectionPath({ definition, names }: ResourceContext): string {
  return `${names.root}${definition.scope === 'Namespaced' ? '/namespaces/{namespace}' : ''}/${definition.plural}`;
}

export function scopeParameters({ definition }: ResourceContext): Parameter[] {
  return definition.scope === 'Namespaced' ? [NAMESPACE] : [];
}

/** `CoreV1NamespacedPod`, or with an infix `CoreV1CollectionNamespacedPod`. */
export function idOfResource({ definition, names }: ResourceContext, infix = ''): string {
  return `${names.id}${infix}${definition.scope === 'Namespaced' ? 'Namespaced' : ''}${definition.kind}`;
}

/** What most operations of a resource share. */
export type CommonParts = Pick<Operation, 'tag' | 'parameters' | 'consumes' | 'produces' | 'kind'>;

export function commonParts({ kind, mediaTypes, names, parameters }: ResourceContext, own: readonly Parameter[]): CommonParts {
  return {
    tag: names.tag,
    parameters: [...own, ...parameters.of('AnyOptions')],
    consumes: ANY_MEDIA_TYPE,
    produces: mediaTypes.objects,
    kind,
  };
}
