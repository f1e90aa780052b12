import { parseFieldSelector, parseLabelSelectorString, type FieldRequirement, type Requirement } from '@typekube/apimachinery';
import type { RequestContext } from '../chain/request-context';
import type { AuthorizationAttributes } from './authorizer';

/** Verbs of reads and deletes of a collection, which selectors narrow. */
const COLLECTION_VERBS: ReadonlySet<string> = new Set(['list', 'watch', 'deletecollection']);

/** What a request wants to do. */
export function requestAttributes({ info, query, user }: Pick<RequestContext, 'info' | 'query' | 'user'>): AuthorizationAttributes {
  const { isResourceRequest, path, verb, apiGroup, apiVersion, namespace, resource, subresource, name } = info;
  const attributes = { isResourceRequest, path, verb, apiGroup, apiVersion, namespace, resource, subresource, name, user };
  if (!isResourceRequest || info.isVerbInPath || !COLLECTION_VERBS.has(verb)) return attributes;
  const fieldSelector = fieldRequirements(query.get('fieldSelector'));
  const labelSelector = labelRequirements(query.get('labelSelector'));
  return { ...attributes, ...(fieldSelector && { fieldSelector }), ...(labelSelector && { labelSelector }) };
}

/** Undefined where a text selects everything or cannot be read: the handler refuses the latter. */
export function fieldRequirements(text: string | null | undefined): readonly FieldRequirement[] | undefined {
  return text ? read(() => parseFieldSelector(text).requirements) : undefined;
}

export function labelRequirements(text: string | null | undefined): readonly Requirement[] | undefined {
  return text ? read(() => parseLabelSelectorString(text).requirements) : undefined;
}

function read<T>(parse: () => readonly T[]): readonly T[] | undefined {
  try {
    const requirements = parse();
    return requirements.length ? requirements : undefined;
  } catch {
    return undefined;
  }
}
