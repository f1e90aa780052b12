import { FieldPath, type FieldError, invalid, newInvalid, notSupported } from '@typekube/apimachinery';
import type { ServedResource, Strategy } from '@typekube/api';
import type { ApiRequest } from '../http/messages';
import type { Resource } from '../registry/resource';
import type { WriteRequest } from '../registry/write-context';

const MAX_FIELD_MANAGER_CHARS = 128;

/** Reads `dryRun` and checks the options that all writes have; fails with 422. `kind` is that of the options: `CreateOptions`. */
export function parseDryRun(query: URLSearchParams, kind: string): boolean {
  const values = query.getAll('dryRun').filter((value) => value !== '');
  const manager = query.get('fieldManager') ?? '';
  const errors: FieldError[] = [];
  if (values.some((value) => value !== 'All')) errors.push(notSupported(FieldPath.of('dryRun'), values, ['All']));
  if (manager.length > MAX_FIELD_MANAGER_CHARS) {
    errors.push(invalid(FieldPath.of('fieldManager'), manager, `may not be more than ${MAX_FIELD_MANAGER_CHARS} bytes`));
  }
  if (/[^\P{C}]/u.test(manager)) {
    errors.push(invalid(FieldPath.of('fieldManager'), manager, 'should only contain printable characters'));
  }
  if (errors.length) throw newInvalid({ group: 'meta.k8s.io', kind }, '', errors);
  return values.length > 0;
}

/** The write that a request asks for, under the rules of its resource or subresource. */
export function writeRequest(request: ApiRequest, served: ServedResource, resource: Resource, dryRun: boolean): WriteRequest {
  const { info, user, warnings } = request.context;
  return {
    resource,
    strategy: strategyOf(served, info.subresource),
    subresource: info.subresource,
    namespace: resource.namespaced ? info.namespace : '',
    name: info.name,
    user,
    now: new Date(),
    dryRun,
    warn: (text) => void warnings.add(text),
  };
}

function strategyOf({ definition }: ServedResource, name: string): Strategy {
  const subresource = definition.subresources[name];
  return subresource?.type === 'object' ? subresource.strategy : definition.strategy;
}
