import type { ActionSubresource } from '../registry/resource-definition';
import { withArticle } from './article';
import { capitalize } from './group-version-names';
import { ANY_MEDIA_TYPE } from './media-types';
import type { Method, Operation, Parameter } from './operation';
import { nameOf, PATH, type ConnectOptions } from './parameters';
import { collectionPath, commonParts, idOfResource, scopeParameters, type ResourceContext } from './resource-context';
import { schemaName } from '../registry/schema-name';

const CONNECT_OPTIONS: readonly ConnectOptions[] = [
  'PodAttachOptions',
  'PodExecOptions',
  'PodPortForwardOptions',
  'PodProxyOptions',
  'ServiceProxyOptions',
  'NodeProxyOptions',
];

const ALL_METHODS: readonly Method[] = ['delete', 'get', 'head', 'options', 'patch', 'post', 'put'];

/** The requests of a subresource that does something: opens a connection, reads a log, or creates an object of another kind. */
export function actionOperations(context: ResourceContext, name: string, action: ActionSubresource): Operation[] {
  const options = CONNECT_OPTIONS.find((each) => each === action.kind.kind);
  if (options !== undefined) return connectOperations(context, name, options);
  if (name === 'log') return [logOperation(context)];
  return action.verbs.includes('create') ? [creationOperation(context, name, action)] : [];
}

function connectOperations(context: ResourceContext, name: string, options: ConnectOptions): Operation[] {
  const { kind, parameters } = context;
  const isProxy = options.endsWith('ProxyOptions');
  const path = `${collectionPath(context)}/{name}/${name}`;
  const own = [nameOf(options), ...scopeParameters(context), ...parameters.of(options)];
  const connect = (method: Method, at: string, idSuffix: string, params: readonly Parameter[]): Operation => ({
    method,
    path: at,
    action: 'connect',
    kind: { ...kind, kind: options },
    tag: context.names.tag,
    id: `connect${idOfConnect(context, method)}${capitalize(name)}${idSuffix}`,
    description: `connect ${method.toUpperCase()} requests to ${name} of ${kind.kind}`,
    parameters: params,
    consumes: ANY_MEDIA_TYPE,
    produces: ANY_MEDIA_TYPE,
    codes: [200],
  });
  const methods: readonly Method[] = isProxy ? ALL_METHODS : ['get', 'post'];
  return [
    ...methods.map((method) => connect(method, path, '', own)),
    ...(isProxy ? methods.map((method) => connect(method, `${path}/{path}`, 'WithPath', [...own, PATH])) : []),
  ];
}

/** `CoreV1GetNamespacedPod` */
function idOfConnect({ definition, names }: ResourceContext, method: Method): string {
  return `${names.id}${capitalize(method)}${definition.scope === 'Namespaced' ? 'Namespaced' : ''}${definition.kind}`;
}

function logOperation(context: ResourceContext): Operation {
  const { definition, mediaTypes, parameters } = context;
  const common = commonParts(context, [nameOf(definition.kind), ...scopeParameters(context), ...parameters.of('PodLogOptions')]);
  return {
    ...common,
    method: 'get',
    action: 'get',
    path: `${collectionPath(context)}/{name}/log`,
    id: `read${idOfResource(context)}Log`,
    description: `read log of the specified ${definition.kind}`,
    produces: ['text/plain', ...mediaTypes.objects],
    codes: [200],
  };
}

function creationOperation(context: ResourceContext, name: string, { kind }: ActionSubresource): Operation {
  const { definition, parameters } = context;
  const common = commonParts(context, [nameOf(kind.kind), ...scopeParameters(context), ...parameters.of('CreateOptions')]);
  const schema = schemaName(kind.group, kind.version, kind.kind);
  return {
    ...common,
    kind,
    method: 'post',
    action: 'post',
    path: `${collectionPath(context)}/{name}/${name}`,
    id: `create${idOfResource(context)}${capitalize(name)}`,
    description: `create ${name} of ${withArticle(definition.kind)}`,
    body: { schema, required: true },
    codes: [200, 201, 202],
    answer: schema,
  };
}
