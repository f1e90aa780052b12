import type { ResourceDefinition, ServedVersion, SubresourceDefinition, Verb } from '../registry/resource-definition';
import { actionOperations } from './action-operations';
import { withArticle } from './article';
import { returnsDeletedObject } from './deleted-object';
import { capitalize, namesOfGroupVersion } from './group-version-names';
import type { MediaTypes } from './media-types';
import type { GroupVersionKind, Operation } from './operation';
import { nameOf, type ParameterCatalog } from './parameters';
import {
  collectionPath,
  commonParts,
  idOfResource,
  scopeParameters,
  type CommonParts,
  type ResourceContext,
} from './resource-context';
import { listSchema } from './schemas';
import { watchOperations } from './watch-operations';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
/** Custom objects have no merge keys to go by. */
const STRATEGIC = 'application/strategic-merge-patch+json';
const SCALE: GroupVersionKind = { group: 'autoscaling', version: 'v1', kind: 'Scale' };

/** What all operations of a document share. */
export interface DocumentMeans {
  readonly parameters: ParameterCatalog;
  readonly mediaTypes: MediaTypes;
}

/** Every request that a resource takes in one of its versions, subresources and deprecated watch paths too. */
export function resourceOperations(definition: ResourceDefinition, served: ServedVersion, means: DocumentMeans): Operation[] {
  const { group } = definition;
  const { version } = served;
  const kind = { group, version, kind: definition.kind };
  const context: ResourceContext = { ...means, definition, served, kind, names: namesOfGroupVersion(group, version) };
  const subresources = Object.entries(definition.subresources).flatMap(([name, subresource]) =>
    subresourceOperations(context, name, subresource),
  );
  // The old paths of watches are not told of custom resources.
  const watches = served.custom ? [] : watchOperations(context);
  return [...collectionOperations(context), ...itemOperations(context), ...watches, ...subresources];
}

function collectionOperations(context: ResourceContext): Operation[] {
  const { definition, mediaTypes, parameters, served } = context;
  const path = collectionPath(context);
  const common = { path, ...commonParts(context, scopeParameters(context)) };
  return pick(definition.verbs, {
    list: () => [listOperation(context, { ...common, id: `list${idOfResource(context)}` }), ...listAllNamespaces(context)],
    create: () => [
      {
        ...common,
        method: 'post',
        action: 'post',
        id: `create${idOfResource(context)}`,
        description: `create ${withArticle(definition.kind)}`,
        parameters: [...common.parameters, ...parameters.of('CreateOptions')],
        body: { schema: served.schema, required: true },
        codes: [200, 201, 202],
        answer: served.schema,
      },
    ],
    deletecollection: () => [
      {
        ...common,
        method: 'delete',
        action: 'deletecollection',
        id: `delete${idOfResource(context, 'Collection')}`,
        description: `delete collection of ${definition.kind}`,
        parameters: [...common.parameters, ...parameters.ofDeleteCollection()],
        body: { schema: `${META}.DeleteOptions`, required: false },
        produces: mediaTypes.objects,
        codes: [200],
        answer: `${META}.Status`,
      },
    ],
  });
}

function listAllNamespaces(context: ResourceContext): Operation[] {
  const { definition, names } = context;
  if (definition.scope !== 'Namespaced') return [];
  const common = commonParts(context, []);
  const id = `list${names.id}${definition.kind}ForAllNamespaces`;
  return [listOperation(context, { ...common, path: `${names.root}/${definition.plural}`, id })];
}

function listOperation(
  { definition, mediaTypes, parameters, served }: ResourceContext,
  common: CommonParts & { path: string; id: string },
): Operation {
  const watches = definition.verbs.includes('watch');
  return {
    ...common,
    method: 'get',
    action: 'list',
    description: `list ${watches ? 'or watch ' : ''}objects of kind ${definition.kind}`,
    parameters: [...common.parameters, ...parameters.of('ListOptions')],
    produces: [...mediaTypes.objects, ...mediaTypes.watches],
    codes: [200],
    answer: listSchema(definition, served),
  };
}

function itemOperations(context: ResourceContext): Operation[] {
  const { definition, parameters, served } = context;
  const { kind } = definition;
  const path = `${collectionPath(context)}/{name}`;
  const common = { path, ...commonParts(context, [nameOf(kind), ...scopeParameters(context)]) };
  const id = idOfResource(context);
  return [
    ...objectOperations(context, definition.verbs, { common, id, of: `the specified ${kind}`, schema: served.schema }),
    ...pick(definition.verbs, {
      delete: () => [
        {
          ...common,
          method: 'delete',
          action: 'delete',
          id: `delete${id}`,
          description: `delete ${withArticle(kind)}`,
          parameters: [...common.parameters, ...parameters.of('DeleteOptions')],
          body: { schema: `${META}.DeleteOptions`, required: false },
          codes: [200, 202],
          answer: returnsDeletedObject(definition.group, kind) ? served.schema : `${META}.Status`,
        },
      ],
    }),
  ];
}

interface ObjectTexts {
  readonly common: CommonParts & { path: string };
  readonly id: string;
  /** `the specified Pod`, `status of the specified Pod` */
  readonly of: string;
  readonly schema: string;
}

/** get, update and patch of one object or of a subresource that shows an object. */
function objectOperations(
  { mediaTypes, parameters, served }: ResourceContext,
  verbs: readonly Verb[],
  { common, id, of, schema }: ObjectTexts,
): Operation[] {
  return pick(verbs, {
    get: () => [
      { ...common, method: 'get', action: 'get', id: `read${id}`, description: `read ${of}`, codes: [200], answer: schema },
    ],
    update: () => [
      {
        ...common,
        method: 'put',
        action: 'put',
        id: `replace${id}`,
        description: `replace ${of}`,
        parameters: [...common.parameters, ...parameters.of('CreateOptions')],
        body: { schema, required: true },
        codes: [200, 201],
        answer: schema,
      },
    ],
    patch: () => [
      {
        ...common,
        method: 'patch',
        action: 'patch',
        id: `patch${id}`,
        description: `partially update ${of}`,
        parameters: [...common.parameters, ...parameters.of('PatchOptions')],
        body: { schema: `${META}.Patch`, required: true },
        consumes: served.custom ? mediaTypes.patches.filter((type) => type !== STRATEGIC) : mediaTypes.patches,
        codes: [200, 201],
        answer: schema,
      },
    ],
  });
}

function subresourceOperations(context: ResourceContext, name: string, subresource: SubresourceDefinition): Operation[] {
  if (subresource.type === 'action') return actionOperations(context, name, subresource);
  const { definition, served } = context;
  const kind = subresource.type === 'scale' ? SCALE : context.kind;
  const schema = subresource.type === 'scale' ? 'io.k8s.api.autoscaling.v1.Scale' : served.schema;
  const common = {
    path: `${collectionPath(context)}/{name}/${name}`,
    ...commonParts(context, [nameOf(kind.kind), ...scopeParameters(context)]),
    kind,
  };
  const of = `${name} of the specified ${definition.kind}`;
  return objectOperations(context, subresource.verbs, { common, id: `${idOfResource(context)}${capitalize(name)}`, of, schema });
}

function pick(verbs: readonly Verb[], makers: Partial<Record<Verb, () => Operation[]>>): Operation[] {
  return verbs.flatMap((verb) => makers[verb]?.() ?? []);
}
