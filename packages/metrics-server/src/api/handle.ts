import { everything, type FieldSelector, newBadRequest, newMethodNotAllowed, newMethodNotSupported, newUnknownPath, parseFieldSelector, parseLabelSelectorString, type Selector, SelectorError } from '@typekube/apimachinery';
import { apiGroup, apiGroups, apiResourceList } from './discovery';
import { type Form, negotiate } from './negotiate';
import type { MetricsReader, Selection } from './read-metrics';
import type { RequestedResource, RequestInfo } from './request-info';
import { API_VERSION, GROUP, type NodeMetrics, type PodMetrics, VERSION } from './resource-metrics';
import { type IncludeObject, partialMetadata, tableOf } from './table';

export interface ApiAnswer {
  readonly body: object;
  readonly contentType: string;
}

type Item = NodeMetrics | PodMetrics;

/** The readers of the resources by their names. */
export type Readers = ReadonlyMap<string, MetricsReader<Item>>;

/** Answers for the API group; throws a StatusError. Undefined for a path that is not of the API. */
export function handleApi({ path, verb, query, resource }: RequestInfo, accept: string | undefined, readers: Readers): ApiAnswer | undefined {
  if (resource) return handleResource(resource, { verb, query, accept, readers });
  const form = (): Form => negotiate(accept, []);
  switch (path.replace(/\/$/, '')) {
    case '/apis': {
      const asked = negotiate(accept, ['APIGroupDiscoveryList']);
      return { body: apiGroups(asked), contentType: asked.contentType };
    }
    case `/apis/${GROUP}`:
      return { body: apiGroup, contentType: form().contentType };
    case `/apis/${API_VERSION}`:
      return { body: apiResourceList, contentType: form().contentType };
    default:
      return undefined;
  }
}

interface Asked {
  readonly verb: string;
  readonly query: URLSearchParams;
  readonly accept: string | undefined;
  readonly readers: Readers;
}

function handleResource(target: RequestedResource, { verb, query, accept, readers }: Asked): ApiAnswer {
  const { group, version, resource, namespace, name, subresource } = target;
  const reader = group === GROUP && version === VERSION && subresource === '' ? readers.get(resource) : undefined;
  if (!reader || (!reader.namespaced && namespace !== '') || (reader.namespaced && verb === 'get' && namespace === '')) throw newUnknownPath();
  if (verb === 'watch') throw newMethodNotSupported({ group, resource }, verb);
  if (verb !== 'get' && verb !== 'list') throw newMethodNotAllowed();
  const form = negotiate(accept, ['Table', 'PartialObjectMetadata']);
  const show = { form, include: includeOf(query), kind: reader.kind };
  const body = verb === 'get' ? one(reader.get(namespace, name), show) : listed(reader.list(namespace, selectionOf(query)), show);
  return { body, contentType: form.contentType };
}

interface Show {
  readonly form: Form;
  readonly include: IncludeObject;
  readonly kind: string;
}

function one(item: Item, { form, include, kind }: Show): object {
  const asObject = (each: Item): object => ({ kind, apiVersion: API_VERSION, ...each });
  if (form.as === 'Table') return tableOf([item], { include, metaVersion: form.version, asObject });
  return form.as === 'PartialObjectMetadata' ? partialMetadata(item.metadata, form.version) : asObject(item);
}

function listed(items: readonly Item[], { form, include, kind }: Show): object {
  if (form.as === 'Table') return tableOf(items, { include, metaVersion: form.version, asObject: (item) => ({ kind, apiVersion: API_VERSION, ...item }) });
  if (form.as === 'object') return { kind: `${kind}List`, apiVersion: API_VERSION, metadata: {}, items };
  const all = items.map(({ metadata }) => partialMetadata(metadata, form.version));
  return { kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${form.version}`, metadata: {}, items: all };
}

function includeOf(query: URLSearchParams): IncludeObject {
  const text = query.get('includeObject') || 'Metadata';
  if (text === 'None' || text === 'Metadata' || text === 'Object') return text;
  throw newBadRequest(`unrecognized includeObject value: ${JSON.stringify(text)}`);
}

function selectionOf(query: URLSearchParams): Selection {
  return { labels: read(() => labelsOf(query.get('labelSelector'))), fields: read(() => fieldsOf(query.get('fieldSelector'))) };
}

function labelsOf(text: string | null): Selector {
  return text ? parseLabelSelectorString(text) : everything();
}

function fieldsOf(text: string | null): FieldSelector {
  return parseFieldSelector(text ?? '').transform((field, value) => {
    if (field === 'metadata.name' || field === 'metadata.namespace') return { field, value };
    throw new SelectorError(`${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`);
  });
}

function read<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SelectorError) throw newBadRequest(error.message, { cause: error });
    throw error;
  }
}
