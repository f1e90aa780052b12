import { builtInDefinitions, parseRuntimeConfig } from '@typekube/api';
import { newBadRequest } from '@typekube/apimachinery';
import { admissionMetrics } from '../admission/metrics';
import { authenticationMetrics } from '../authn/metrics';
import { authorizationMetrics } from '../authz/metrics';
import { type Authorizer } from '../authz/authorizer';
import type { Filter } from '../chain/filter';
import { ADMIN_TOKEN, TestServer, type TestServerOptions } from '../testing';
import { validatingAdmissionPolicy } from '../admission/policy/validating';
import { ServerMetrics } from './metrics';
import { watchListMetrics } from './watch-metrics';
import { requestFacts } from './request-facts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

/** Answers are counted when they have been sent, which clients do not see: this tells when all have been. */
class Metrics extends ServerMetrics {
  private open = 0;
  private onEnd: () => void = () => undefined;

  readonly whole: Filter = (next) => (request, response) => {
    const answered = this.filter(next)(request, response);
    if (request.context.info.verb === 'watch') return answered;
    this.open += 1;
    request.context.atEnd.push(() => {
      this.open -= 1;
      if (this.open === 0) this.onEnd();
    });
    return answered;
  };

  async settled(): Promise<void> {
    if (this.open > 0) await new Promise<void>((resolve) => (this.onEnd = resolve));
  }
}

async function start(metrics: Metrics, options: TestServerOptions = {}): Promise<TestServer> {
  const { registry } = metrics;
  const server = await TestServer.start({
    metrics: metrics.whole,
    observed: {
      onAuthentication: authenticationMetrics(registry),
      onAuthorization: authorizationMetrics(registry),
      admission: admissionMetrics(registry),
      watchLists: watchListMetrics(registry),
    },
    ...options,
  });
  metrics.follow(requestFacts(server.server));
  return server;
}

/** The lines of a metric, with those labels alone that are asked for. */
async function read(metrics: Metrics, name: string, ...labels: string[]): Promise<string[]> {
  await metrics.settled();
  const { body } = await metrics.registry.expose();
  const lines = body.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  const label = (line: string, of: string): string => new RegExp(`[{,]${of}="([^"]*)"`).exec(line)?.[1] ?? '?';
  return lines.map((line) => [...labels.map((each) => label(line, each)), line.split(' ').at(-1)].join(' ')).sort();
}

describe('the metrics of requests', () => {
  it('count answers by verb, resource and code, each once however often they are read', async () => {
    const metrics = new Metrics();
    await using server = await start(metrics);
    for (let i = 0; i < 3; i++) await server.request('GET', CONFIG_MAPS);
    await server.request('GET', `${CONFIG_MAPS}/none`);
    await server.request('POST', `${CONFIG_MAPS}?dryRun=All`, { metadata: { name: 'a' } });
    for (let repeated = 0; repeated < 2; repeated++) {
      const lines = await read(metrics, 'apiserver_request_total', 'resource', 'verb', 'dry_run', 'scope', 'code');
      expect(lines.filter((line) => line.startsWith('configmaps'))).toEqual([
        'configmaps GET  resource 404 1',
        'configmaps LIST  namespace 200 3',
        'configmaps POST All resource 201 1',
      ]);
    }
  });

  it.each<[string, string, string | undefined, string]>([
    ['POST', CONFIG_MAPS, undefined, 'POST resource'],
    ['PUT', `${CONFIG_MAPS}/a`, undefined, 'PUT resource'],
    ['PATCH', `${CONFIG_MAPS}/a`, 'application/merge-patch+json', 'PATCH resource'],
    ['PATCH', `${CONFIG_MAPS}/a`, 'application/apply-patch+yaml', 'APPLY resource'],
    ['DELETE', `${CONFIG_MAPS}/a`, undefined, 'DELETE resource'],
    ['DELETE', CONFIG_MAPS, undefined, 'DELETE namespace'],
    ['GET', `${CONFIG_MAPS}?fieldSelector=metadata.name=a`, undefined, 'GET resource'],
    ['GET', '/api/v1/configmaps', undefined, 'LIST cluster'],
    ['POST', `${CONFIG_MAPS}?dryRun=maybe`, undefined, 'POST resource'],
    ['GET', '/api/v1/namespaces/default/pods/a/log', undefined, 'CONNECT resource'],
    ['POST', '/api/v1/namespaces/default/pods/a/exec?command=a', undefined, 'CONNECT resource'],
  ])('call %s %s (%s) what dashboards of upstream select by: %s', async (method, path, contentType, expected) => {
    const metrics = new Metrics();
    await using server = await start(metrics, { namespaces: [] });
    await server.request(method, path, method === 'GET' ? undefined : {}, contentType ? { 'content-type': contentType } : undefined);
    const lines = await read(metrics, 'apiserver_request_total', 'verb', 'scope', 'dry_run');
    expect(lines).toEqual([`${expected} ${path.includes('dryRun=maybe') ? 'invalid' : ''} 1`]);
  });

  it('know the size of what comes and goes, the time without the wait for others, and watches that run', async () => {
    const metrics = new Metrics();
    await using server = await start(metrics);
    const body = JSON.stringify({ metadata: { name: 'a' }, data: { a: 'b'.repeat(60_000) } });
    await server.request('POST', CONFIG_MAPS, body);
    const { text } = await server.request('GET', `${CONFIG_MAPS}/a`);
    expect(await read(metrics, 'apiserver_request_body_size_bytes_sum', 'group', 'resource', 'verb')).toContain(` configmaps create ${body.length}`);
    expect(await read(metrics, 'apiserver_response_sizes_sum', 'verb', 'resource')).toContain(`GET configmaps ${text.length}`);
    expect(await read(metrics, 'apiserver_request_sli_duration_seconds_count', 'verb', 'resource')).toContain('POST configmaps 1');
    const watch = await server.watch(CONFIG_MAPS);
    expect(await read(metrics, 'apiserver_longrunning_requests', 'verb', 'resource', 'scope')).toEqual(['WATCH configmaps namespace 1']);
    watch.close();
  });

  it('tell of what is asked for though it will be gone', async () => {
    const metrics = new Metrics();
    const authorizer: Authorizer = { authorize: ({ resource }) => ({ decision: resource === 'componentstatuses' ? 'Deny' : 'Allow', reason: '' }) };
    const known = builtInDefinitions.flatMap(({ group, versions }) => versions.map(({ version }) => ({ group, version })));
    const runtimeConfig = parseRuntimeConfig('certificates.k8s.io/v1beta1=true', known);
    await using server = await start(metrics, { namespaces: [], authorizer, runtimeConfig });
    for (const path of ['/api/v1/endpoints', '/api/v1/componentstatuses', '/apis/certificates.k8s.io/v1beta1/clustertrustbundles', CONFIG_MAPS]) await server.request('GET', path);
    expect(await read(metrics, 'apiserver_requested_deprecated_apis', 'group', 'version', 'resource', 'removed_release')).toEqual([
      ' v1 endpoints  1',
      'certificates.k8s.io v1beta1 clustertrustbundles 1.39 1',
    ]);
  });

  it('name nothing that is not there: made up names leave one line', async () => {
    const metrics = new Metrics();
    await using server = await start(metrics, { namespaces: [] });
    for (let i = 0; i < 5; i++) {
      await server.request('GET', `/apis/made.up/v1/things${i}/a`);
      await server.request('GET', `${CONFIG_MAPS}/a/part${i}`);
      await server.request('GET', `/nowhere${i}`);
    }
    expect(await read(metrics, 'apiserver_request_total', 'verb', 'group', 'resource', 'subresource', 'code')).toEqual(['GET    404 15']);
  });

  it('count health checks by their path, for no component', async () => {
    const metrics = new Metrics();
    await using server = await start(metrics, { namespaces: [] });
    await server.request('GET', '/readyz');
    expect(await read(metrics, 'apiserver_request_total', 'component', 'subresource', 'code')).toEqual([' /readyz 200 1']);
  });

  it('tell what the server has ended to protect itself, and what it has asked itself', async () => {
    const metrics = new Metrics();
    const tokens = { self: { name: 'system:apiserver', groups: ['system:masters'] } };
    const authorizer: Authorizer = { authorize: ({ name }) => (name === 'slow' ? new Promise(() => undefined) : { decision: 'Allow', reason: '' }) };
    await using server = await start(metrics, { namespaces: [], tokens, authorizer });
    await server.client({ token: 'self' }).http1({ method: 'GET', path: CONFIG_MAPS });
    expect(await read(metrics, 'apiserver_selfrequest_total', 'verb', 'group', 'resource', 'subresource')).toEqual(['LIST  configmaps  1']);
    expect(await read(metrics, 'apiserver_request_terminations_total')).toEqual([]);
    await server.request('GET', `${CONFIG_MAPS}/slow?timeout=1ms`);
    expect(await read(metrics, 'apiserver_request_terminations_total', 'verb', 'resource', 'code')).toEqual(['GET configmaps 504 1']);
  });
});

describe('the metrics of who comes and what they may', () => {
  it('tell results alone, and no names', async () => {
    const metrics = new Metrics();
    const authorizer: Authorizer = {
      authorize({ user, resource }) {
        if (resource === 'secrets') return { decision: 'NoOpinion', reason: '', error: 'out of order' };
        if (resource === 'pods') return { decision: 'Deny', reason: '' };
        return { decision: user.name === 'system:anonymous' ? 'NoOpinion' : 'Allow', reason: '' };
      },
    };
    const tokens = { jane: { name: 'jane@example.com', groups: [] } };
    await using server = await start(metrics, { namespaces: [], authorizer, tokens });
    const get = (token: string | undefined, path: string): Promise<unknown> => server.client(token ? { token } : {}).http1({ method: 'GET', path });
    for (const path of [CONFIG_MAPS, '/api/v1/secrets', '/api/v1/pods']) await get('jane', path);
    await get(ADMIN_TOKEN, CONFIG_MAPS);
    await get(undefined, CONFIG_MAPS);
    await get('wrong', CONFIG_MAPS);
    expect(await read(metrics, 'authenticated_user_requests', 'username')).toEqual(['admin 1', 'email_id 3', 'other 1']);
    expect(await read(metrics, 'authentication_attempts', 'result')).toEqual(['error 1', 'success 5']);
    expect(await read(metrics, 'authentication_duration_seconds_count', 'result')).toEqual(['error 1', 'success 5']);
    expect(await read(metrics, 'authorization_attempts_total', 'result')).toEqual(['allowed 2', 'denied 1', 'error 1', 'no-opinion 1']);
  });

  it('tell of who says nothing where that is not enough', async () => {
    const metrics = new Metrics();
    await using server = await start(metrics, { namespaces: [], allowAnonymous: false });
    await server.client().http1({ method: 'GET', path: CONFIG_MAPS });
    expect(await read(metrics, 'authentication_attempts', 'result')).toEqual(['failure 1']);
  });

  it('time both halves of admission', async () => {
    const refuse = (): never => {
      throw newBadRequest('no');
    };
    const metrics = new Metrics();
    await using server = await start(metrics, {
      namespaces: [],
      admission: () => [{ name: 'Never', handles: () => true, admit: () => undefined, validate: refuse }],
    });
    await server.request('POST', '/api/v1/namespaces', { metadata: { name: 'a' } });
    expect(await read(metrics, 'apiserver_admission_step_admission_duration_seconds_count', 'type', 'operation', 'rejected')).toEqual([
      'admit CREATE false 1',
      'validate CREATE true 1',
    ]);
  });

  it('count what policies object to, by what is done about it, and what is ignored', async () => {
    const metrics = new Metrics();
    await using server = await start(metrics, { admission: (dependencies) => [validatingAdmissionPolicy(dependencies)] });
    const BINDINGS = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings';
    const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
    const matchConstraints = { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }] };
    const policy = async (name: string, spec: object, validationActions: string[]): Promise<void> => {
      await server.request('POST', POLICIES, { metadata: { name }, spec: { matchConstraints, ...spec } });
      await server.request('POST', `${BINDINGS}`, { metadata: { name: `${name}-b` }, spec: { policyName: name, validationActions } });
      for (const made of [`${POLICIES}/${name}`, `${BINDINGS}/${name}-b`]) expect((await server.request('GET', made)).status).toBe(200);
    };
    await policy('content', { validations: [{ expression: 'true' }] }, ['Deny']);
    await policy('noisy', { validations: [{ expression: 'false' }] }, ['Warn', 'Audit']);
    await policy('strict', { validations: [{ expression: "object.data.none == 'a'" }] }, ['Deny']);
    await policy('lax', { failurePolicy: 'Ignore', validations: [{ expression: "object.data.none == 'a'" }] }, ['Deny']);
    expect((await server.request('POST', CONFIG_MAPS, { metadata: { name: 'a' }, data: { a: 'b' } })).status).toBe(422);
    const labels = ['policy', 'policy_binding', 'error_type', 'enforcement_action'];
    const counted = ['lax lax-b invalid_error allow 1', 'noisy noisy-b no_error audit 1', 'noisy noisy-b no_error warn 1', 'strict strict-b invalid_error deny 1'];
    expect(await read(metrics, 'apiserver_validating_admission_policy_check_total', ...labels)).toEqual(counted);
    expect(await read(metrics, 'apiserver_validating_admission_policy_check_duration_seconds_count', ...labels)).toEqual(counted);
  });
});

describe('the metrics of streaming lists', () => {
  it('tell of those whose state has been sent, and of no other watch', async () => {
    const metrics = new Metrics();
    await using server = await start(metrics);
    for (const query of ['', '?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true']) {
      const watch = await server.watch(`${CONFIG_MAPS}${query}`);
      if (query) expect(await watch.take(1)).toMatchObject([{ type: 'BOOKMARK' }]);
      watch.close();
    }
    expect(await read(metrics, 'apiserver_watch_list_duration_seconds_count', 'group', 'version', 'resource', 'scope')).toEqual([' v1 configmaps namespace 1']);
  });
});
