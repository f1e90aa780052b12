import { readGeneratedFile } from '../schemas/generated-file';
import type { Parameter } from './operation';

/** Query parameters by upstream's options type; generated from client-node's comments. */
type RequestOptions = Readonly<Record<string, Readonly<Record<string, readonly [Parameter['type'], string]>>>>;

type OptionsType =
  'ListOptions' | 'CreateOptions' | 'PatchOptions' | 'DeleteOptions' | 'AnyOptions' | 'PodLogOptions' | ConnectOptions;

/** Options of the requests that open a connection. */
export type ConnectOptions =
  | 'PodAttachOptions'
  | 'PodExecOptions'
  | 'PodPortForwardOptions'
  | 'PodProxyOptions'
  | 'ServiceProxyOptions'
  | 'NodeProxyOptions';

/** The parameters of requests, by options type. Made once for a document: the texts are not kept between documents. */
export class ParameterCatalog {
  private readonly options = new Map(
    Object.entries(readRequestOptions()).map(([type, texts]) => [type, Object.entries(texts).map(writeQuery)]),
  );

  /** Always the same objects for the same type. */
  of(type: OptionsType): readonly Parameter[] {
    return this.options.get(type) ?? [];
  }

  /** What a collection may be deleted by: the options of lists that do not watch, and of deletes. */
  ofDeleteCollection(): Parameter[] {
    const list = this.of('ListOptions').filter(({ name }) => name !== 'watch' && name !== 'allowWatchBookmarks');
    return [...list, ...this.of('DeleteOptions')];
  }
}

export const NAMESPACE: Parameter = {
  name: 'namespace',
  in: 'path',
  type: 'string',
  description: 'object name and auth scope, such as for teams and projects',
};

export const PATH: Parameter = { name: 'path', in: 'path', type: 'string', description: 'path to the resource' };

export function nameOf(kind: string): Parameter {
  return { name: 'name', in: 'path', type: 'string', description: `name of the ${kind}` };
}

function writeQuery([name, [type, description]]: [string, readonly [Parameter['type'], string]]): Parameter {
  return { name, in: 'query', type, description };
}

function readRequestOptions(): RequestOptions {
  return readGeneratedFile<RequestOptions>('request-options.json');
}
