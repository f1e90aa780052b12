import type { ApiServer } from '../server';
import type { RequestFacts } from './metrics';

/** What metrics ask a server of requests. */
export function requestFacts({ core: { endpoints }, flowControl }: Pick<ApiServer, 'core' | 'flowControl'>): RequestFacts {
  return {
    serves({ apiGroup, apiVersion, resource, subresource }) {
      const served = endpoints.find(apiGroup, apiVersion, resource);
      return served !== undefined && (subresource === '' || Object.hasOwn(served.definition.subresources, subresource));
    },
    waiting: () => flowControl?.waiting ?? NONE,
  };
}

const NONE = { mutating: 0, readOnly: 0 };
