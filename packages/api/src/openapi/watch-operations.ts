import type { Operation, Parameter } from './operation';
import { nameOf } from './parameters';
import { collectionPath, commonParts, idOfResource, scopeParameters, type ResourceContext } from './resource-context';

const WATCH_EVENT = 'io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent';
const INSTEAD = "deprecated: use the 'watch' parameter with a list operation instead";

/** The paths under `/watch/`, which upstream keeps serving for old clients. */
export function watchOperations(context: ResourceContext): Operation[] {
  const { definition, mediaTypes, names, parameters } = context;
  if (!definition.verbs.includes('watch')) return [];
  const { kind } = definition;
  const watch = (path: string, id: string, action: string, own: readonly Parameter[]): Operation => ({
    ...commonParts(context, [...own, ...parameters.of('ListOptions')]),
    path,
    id,
    action,
    method: 'get',
    description: action === 'watch' ? watchItemText(kind) : watchListText(kind),
    produces: [...mediaTypes.objects, ...mediaTypes.watches],
    codes: [200],
    answer: WATCH_EVENT,
  });
  const scope = scopeParameters(context);
  const path = collectionPath(context).replace(names.root, `${names.root}/watch`);
  const id = `watch${idOfResource(context)}`;
  return [
    watch(path, `${id}List`, 'watchlist', scope),
    ...(definition.scope === 'Namespaced'
      ? [watch(`${names.root}/watch/${definition.plural}`, `watch${names.id}${kind}ListForAllNamespaces`, 'watchlist', [])]
      : []),
    ...(definition.verbs.includes('get') ? [watch(`${path}/{name}`, id, 'watch', [nameOf(kind), ...scope])] : []),
  ];
}

function watchItemText(kind: string): string {
  return `watch changes to an object of kind ${kind}. ${INSTEAD}, filtered to a single item with the 'fieldSelector' parameter.`;
}

function watchListText(kind: string): string {
  return `watch individual changes to a list of ${kind}. ${INSTEAD}.`;
}
