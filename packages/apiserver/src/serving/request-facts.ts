import type { ApiServer } from '../server';
import type { RequestFacts } from './metrics';

/** What metrics ask a server of requests. */
export function requestFacts({ core: { endpoints }, flowControl }: Pick<ApiServer, 'core' | 'flowControl'>): RequestFacts {
  return {
    serves({ apiGroup, apiVersion, resource, subresource }) {
      const served = endpoints.find(apiGroup, apiVersion, resource);
      return served !== undefined && (subresource === '' || Object.hasOwn(served.definition.subresources, subresource));
    },
    removedRelease({ group, version, resource }) {
      const warning = endpoints.find(group, version, resource)?.version.deprecationWarning;
      return warning && (/unavailable in v(\d+\.\d+)\+/.exec(warning)?.[1] ?? '');
    },
    waiting: () => flowControl?.waiting ?? NONE,
  };
}

const NONE = { mutating: 0, readOnly: 0 };
