import { newInvalid, newTimeout, validatePatchOptions, validateWriteOptions, type WriteOptions } from '@typekube/apimachinery';
import type { ServedResource, Strategy } from '@typekube/api';
import { addWaited } from '../audit/latency';
import type { ApiRequest } from '../http/messages';
import { isTrue } from '../http/request-info';
import type { Resource } from '../registry/resource';
import type { WriteRequest } from '../registry/write-context';

/** Reads `dryRun` and checks the options that all writes have; fails with 422. `kind` is that of the options: `CreateOptions`. */
export function parseDryRun(query: URLSearchParams, kind: string): boolean {
  const options = optionsOf(query);
  const errors = validateWriteOptions(options);
  if (errors.length) throw newInvalid({ group: 'meta.k8s.io', kind }, '', errors);
  return options.dryRun.length > 0;
}

/** As `parseDryRun`, of a patch of that type: whether it is a dry run, and whether it takes fields from others. */
export function parsePatchOptions(query: URLSearchParams, patchType: string): { readonly dryRun: boolean; readonly force: boolean } {
  const options = optionsOf(query);
  const force = query.has('force') ? isTrue(query.get('force')) : undefined;
  const errors = validatePatchOptions({ ...options, ...(force !== undefined && { force }) }, patchType);
  if (errors.length) throw newInvalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', errors);
  return { dryRun: options.dryRun.length > 0, force: force ?? false };
}

function optionsOf(query: URLSearchParams): Required<WriteOptions> {
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  return { dryRun, fieldManager: query.get('fieldManager') ?? '', fieldValidation: query.get('fieldValidation') ?? '' };
}

/** The write that a request asks for, under the rules of its resource or subresource. */
export function writeRequest(request: ApiRequest, served: ServedResource, resource: Resource, dryRun: boolean): WriteRequest {
  const { context } = request;
  const { info, user, warnings } = context;
  return {
    resource,
    version: served.version.version,
    strategy: strategyOf(served, info.subresource),
    subresource: info.subresource,
    verb: info.verb,
    namespace: resource.namespaced ? info.namespace : '',
    name: info.name,
    user,
    now: new Date(),
    dryRun,
    options: () => writeOptions(info.verb, context.query),
    warn: (text) => void warnings.add(text),
    annotate: (key, value) => context.audit?.annotate(key, value),
    waited: (layer, milliseconds) => addWaited(context, layer, milliseconds),
    checkTime: () => {
      if (context.isTerminated) throw newTimeout('request did not complete within requested timeout');
    },
  };
}

/** The options of a write as an object of their kind. A patch is an update to those who judge it. */
function writeOptions(verb: string, query: URLSearchParams): object {
  const [dryRun, fieldManager, fieldValidation] = [query.getAll('dryRun'), query.get('fieldManager'), query.get('fieldValidation')];
  return {
    kind: verb === 'create' ? 'CreateOptions' : 'UpdateOptions',
    apiVersion: 'meta.k8s.io/v1',
    ...(dryRun.length && { dryRun }),
    ...(fieldManager && { fieldManager }),
    ...(fieldValidation && { fieldValidation }),
  };
}

function strategyOf({ definition }: ServedResource, name: string): Strategy {
  const subresource = definition.subresources[name];
  return subresource?.type === 'object' ? subresource.strategy : definition.strategy;
}
