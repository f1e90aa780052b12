import { fieldErrorMessage } from '@typekube/apimachinery';
import type { apiregistrationv1 } from '../../../types';
import { setDefaults } from './defaults';
import { strategy } from './strategy';
import { validateApiService } from './validate';

function apiService(spec: Partial<apiregistrationv1.APIServiceSpec>): apiregistrationv1.APIService {
  const object: apiregistrationv1.APIService = {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1.example.com' },
    spec: { group: 'example.com', version: 'v1', groupPriorityMinimum: 100, versionPriority: 10, ...spec },
  };
  setDefaults(object);
  return object;
}

describe('validateApiService', () => {
  it.each<[string, Partial<apiregistrationv1.APIServiceSpec>, string[]]>([
    ['a local one', {}, []],
    ['one of a service', { service: { name: 's', namespace: 'n' } }, []],
    ['another version', { version: 'v2' }, [
      'metadata.name: Invalid value: "v1.example.com": must be `spec.version+"."+spec.group`: "v2.example.com"',
    ]],
    ['no priorities', { groupPriorityMinimum: 0, versionPriority: 1001 }, [
      'spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000',
      'spec.versionPriority: Invalid value: 1001: must be positive and less than 1000',
    ]],
    ['a local one with a CA', { caBundle: 'AAAA' }, ['spec.caBundle: Invalid value: "3 bytes": local APIServices may not have a caBundle']],
    ['a service without a name', { service: {} }, ['spec.service.namespace: Required value', 'spec.service.name: Required value']],
  ])('%s', (_, spec, wanted) => {
    expect(validateApiService(apiService(spec)).map(fieldErrorMessage)).toEqual(wanted);
  });

  it('is available at once where it is local', () => {
    const object = apiService({});
    strategy.prepareForCreate?.(object, { user: { name: 'u', groups: [] }, now: new Date(0) });
    expect(object.status?.conditions).toMatchObject([{ type: 'Available', status: 'True', reason: 'Local', lastTransitionTime: '1970-01-01T00:00:00Z' }]);
  });
});
