import { isTrue, parseRequestInfo, type RequestInfo } from './request-info';

function parse(method: string, url: string): RequestInfo {
  const [path = '', query = ''] = url.split('?', 2);
  return parseRequestInfo(method, path, new URLSearchParams(query));
}

type Row = [method: string, url: string, verb: string, group: string, namespace: string, resource: string, subresource: string, name: string];

describe('parseRequestInfo', () => {
  it.each<Row>([
    ['GET', '/api/v1/namespaces', 'list', '', '', 'namespaces', '', ''],
    ['GET', '/api/v1/namespaces/other', 'get', '', 'other', 'namespaces', '', 'other'],
    ['PUT', '/api/v1/namespaces/other/finalize', 'update', '', 'other', 'namespaces', 'finalize', 'other'],
    ['PUT', '/api/v1/namespaces/other/status', 'update', '', 'other', 'namespaces', 'status', 'other'],
    ['GET', '/api/v1/namespaces/other/pods', 'list', '', 'other', 'pods', '', ''],
    ['GET', '/api/v1/namespaces/other/pods/', 'list', '', 'other', 'pods', '', ''],
    ['GET', '/api/v1/namespaces/other/pods/foo', 'get', '', 'other', 'pods', '', 'foo'],
    ['HEAD', '/api/v1/namespaces/other/pods/foo', 'get', '', 'other', 'pods', '', 'foo'],
    ['GET', '/api/v1/pods', 'list', '', '', 'pods', '', ''],
    ['HEAD', '/api/v1/pods', 'list', '', '', 'pods', '', ''],
    ['GET', '/api/v1/namespaces/other/pods/foo/status', 'get', '', 'other', 'pods', 'status', 'foo'],
    ['GET', '/api/v1/namespaces/other/pods/foo/proxy/a/b', 'get', '', 'other', 'pods', 'proxy', 'foo'],
    ['GET', '/api/v1/watch/pods', 'watch', '', '', 'pods', '', ''],
    ['GET', '/api/v1/watch/namespaces/other/pods', 'watch', '', 'other', 'pods', '', ''],
    ['GET', '/api/v1/watch/namespaces/other/pods/foo', 'watch', '', 'other', 'pods', '', 'foo'],
    ['GET', '/api/v1/namespaces/other/pods?watch=true', 'watch', '', 'other', 'pods', '', ''],
    ['GET', '/api/v1/namespaces/other/pods?watch', 'watch', '', 'other', 'pods', '', ''],
    ['GET', '/api/v1/namespaces/other/pods?watch=1', 'watch', '', 'other', 'pods', '', ''],
    ['GET', '/api/v1/namespaces/other/pods?watch=false', 'list', '', 'other', 'pods', '', ''],
    ['GET', '/api/v1/namespaces/other/pods?watch=0', 'list', '', 'other', 'pods', '', ''],
    ['GET', '/api/v1/namespaces/other/pods/foo?watch=true', 'get', '', 'other', 'pods', '', 'foo'],
    ['POST', '/api/v1/namespaces/other/pods', 'create', '', 'other', 'pods', '', ''],
    ['PUT', '/api/v1/namespaces/other/pods/foo', 'update', '', 'other', 'pods', '', 'foo'],
    ['PATCH', '/api/v1/namespaces/other/pods/foo', 'patch', '', 'other', 'pods', '', 'foo'],
    ['DELETE', '/api/v1/namespaces/other/pods/foo', 'delete', '', 'other', 'pods', '', 'foo'],
    ['DELETE', '/api/v1/namespaces/other/pods', 'deletecollection', '', 'other', 'pods', '', ''],
    ['POST', '/apis/batch/v1/namespaces/other/jobs', 'create', 'batch', 'other', 'jobs', '', ''],
    ['PUT', '/apis/apps/v1/namespaces/other/deployments/foo/scale', 'update', 'apps', 'other', 'deployments', 'scale', 'foo'],
    ['GET', '/apis/rbac.authorization.k8s.io/v1/clusterroles/a:b', 'get', 'rbac.authorization.k8s.io', '', 'clusterroles', '', 'a:b'],
    ['GET', '/api/v1/namespaces/%6fther/pods/f%6Fo', 'get', '', 'other', 'pods', '', 'foo'],
    ['GET', '/api/v1/namespaces/other/pods?fieldSelector=metadata.name%3Dfoo', 'list', '', 'other', 'pods', '', 'foo'],
    ['GET', '/api/v1/pods?fieldSelector=metadata.name%3D%3Dfoo%2Cspec.nodeName%3Da', 'list', '', '', 'pods', '', 'foo'],
    ['GET', '/api/v1/pods?watch=1&fieldSelector=metadata.name%3Dfoo', 'watch', '', '', 'pods', '', 'foo'],
    ['DELETE', '/api/v1/namespaces/other/pods?fieldSelector=metadata.name%3Dfoo', 'deletecollection', '', 'other', 'pods', '', ''],
    ['GET', '/api/v1/watch/namespaces/other/pods?fieldSelector=metadata.name%3Dfoo', 'watch', '', 'other', 'pods', '', ''],
    ['OPTIONS', '/api/v1/namespaces/other/pods', '', '', 'other', 'pods', '', ''],
  ])('%s %s is a request for a resource', (method, url, verb, apiGroup, namespace, resource, subresource, name) => {
    expect(parse(method, url)).toMatchObject({ isResourceRequest: true, verb, apiGroup, namespace, resource, subresource, name });
  });

  it.each([
    ['metadata.name!=foo', ''],
    ['type!=x\\,metadata.name=foo', ''],
    ['a=b\\,metadata.name=foo', ''],
    ['metadata.name=..', ''],
    ['metadata.name=a/b', ''],
    ['metadata.name=foo', 'foo'],
    ['metadata.name=,', ''],
    ['metadata.name', ''],
    ['xmetadata.name=foo', ''],
  ])('takes of the field selector %s the name %j, which is what it is authorised as', (selector, name) => {
    expect(parse('GET', `/api/v1/secrets?fieldSelector=${encodeURIComponent(selector)}`).name).toBe(name);
  });

  it.each([
    ['/api/v1/namespaces/other/namespaces', true],
    ['/api/v1/namespaces/other/namespaces/other', true],
    ['/api/v1/namespaces/other', false],
    ['/api/v1/namespaces/other/status', false],
    ['/api/v1/namespaces/other/pods', true],
    ['/api/v1/pods', false],
  ])('sees whether %s lies in a namespace: %s', (path, isNested) => {
    expect(parse('GET', path).isNested).toBe(isNested);
  });

  it('reads an escaped slash as a slash, as Go does', () => {
    expect(parse('GET', '/api/v1/namespaces%2Fother/pods')).toMatchObject({ namespace: 'other', resource: 'pods', path: '/api/v1/namespaces/other/pods' });
    expect(parse('GET', '/m%65trics')).toMatchObject({ isResourceRequest: false, path: '/metrics' });
  });

  it.each(['/', '/api', '/api/v1', '/api/v1/', '/apis', '/apis/apps', '/apis/apps/v1', '/healthz', '/API/v1/pods', '/api/v1/watch', '/api/v1/proxy'])(
    'takes %s for no resource',
    (path) => {
      expect(parse('GET', path)).toMatchObject({ isResourceRequest: false, verb: 'get', resource: '', path });
    },
  );

  it.each(['/api/v1/pods/%', '/api/v1/pods/%zz', '/%ff'])('fails with a URIError for %s', (path) => {
    expect(() => parse('GET', path)).toThrow(URIError);
  });

  it('knows no verb for methods that look like parts of an object', () => {
    expect(parse('constructor', '/api/v1/pods').verb).toBe('');
    expect(parse('__proto__', '/api/v1/pods').verb).toBe('');
  });
});

it.each([
  [null, false],
  ['', true],
  ['true', true],
  ['1', true],
  ['yes', true],
  ['0', false],
  ['false', false],
  ['False', false],
])('reads %j as %s', (text, value) => {
  expect(isTrue(text)).toBe(value);
});
