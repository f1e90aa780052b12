import fc from 'fast-check';
import { type Answer, TestServer } from '../testing';

fc.configureGlobal({ seed: 36 });

const PODS = '/api/v1/namespaces/default/pods';
const MAPS = '/api/v1/namespaces/default/configmaps';
const REVISIONS = '/apis/apps/v1/namespaces/default/controllerrevisions';

/** A pod with a value in every place that the cases below break. */
const pod = {
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: {
    name: 'fuzzed', namespace: 'default', labels: { a: 'b' }, annotations: { a: 'b' }, finalizers: ['a/b'],
    ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u', controller: false }],
  },
  spec: {
    nodeSelector: { a: 'b' }, terminationGracePeriodSeconds: 1, activeDeadlineSeconds: 5, priority: 0, hostNetwork: false,
    securityContext: { runAsUser: 1, fsGroup: 2, sysctls: [{ name: 'a.b', value: 'c' }], supplementalGroups: [1] },
    tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 3 }],
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }] } },
      podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: 'a', labelSelector: { matchLabels: { a: 'b' } } } }] },
    },
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} }],
    hostAliases: [{ ip: '1.2.3.4', hostnames: ['a'] }], imagePullSecrets: [{ name: 'a' }], readinessGates: [{ conditionType: 'a' }],
    dnsConfig: { nameservers: ['1.2.3.4'], searches: ['a'], options: [{ name: 'a', value: 'b' }] },
    initContainers: [{ name: 'i', image: 'i', restartPolicy: 'Always' }],
    containers: [{
      name: 'c', image: 'i', command: ['a'], args: ['b'], workingDir: '/', env: [{ name: 'A', value: 'b' }, { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      ports: [{ containerPort: 80, protocol: 'TCP', name: 'http' }],
      resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } },
      livenessProbe: { httpGet: { path: '/', port: 'http', httpHeaders: [{ name: 'a', value: 'b' }] }, periodSeconds: 1 },
      readinessProbe: { exec: { command: ['a'] } }, startupProbe: { tcpSocket: { port: 80 } },
      lifecycle: { preStop: { exec: { command: ['a'] } } }, volumeMounts: [{ name: 'v', mountPath: '/v' }],
      securityContext: { capabilities: { add: ['A'] }, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    }],
    volumes: [
      { name: 'v', emptyDir: { sizeLimit: '1Gi' } }, { name: 'c', configMap: { name: 'a', items: [{ key: 'a', path: 'b', mode: 420 }] } },
      { name: 'p', projected: { sources: [{ serviceAccountToken: { path: 'a', expirationSeconds: 3600 } }, { downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.name' } }] } }] } },
    ],
  },
  status: { phase: 'Pending', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2020-01-01T00:00:00Z' }], startTime: '2020-01-01T00:00:00Z' },
};

const ODD_VALUES: readonly unknown[] = [
  null, true, -1, 0, 1.5, 1e300, 99999999999, -1e20, '', 'x', '\u0000', '\ud800', '1e99999', 'é'.repeat(300), [], [null], [[]], {}, { a: null }, JSON.parse('{"__proto__":1}'),
  { a: { a: { a: 1 } } }, '0'.repeat(1000), '..', '9999-99-99T99:99:99Z',
];

/** Every place in a JSON value, as the functions that replace what is there. */
function* replacements(value: unknown, put: (value: unknown) => unknown): Generator<(value: unknown) => unknown> {
  yield put;
  if (Array.isArray(value)) {
    for (const [i, element] of value.entries()) yield* replacements(element, (v) => put(value.with(i, v)));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) yield* replacements(child, (v) => put({ ...value, [key]: v }));
  }
}

describe('whatever a client sends', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start();
    await server.request('POST', PODS, { metadata: { name: 'target' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
    await server.request('POST', MAPS, { metadata: { name: 'target' } });
  });

  afterAll(() => server.stop());

  /** Success, or a Status that blames the client, and no entry in the log. Upstream answers 500 without a reason to a few patches. */
  const expectSane = (answer: Answer, what: unknown): void => {
    const isFailure = answer.status >= 400;
    const { kind, message, reason } = isFailure ? answer.body : { kind: 'Status', message: '', reason: '' };
    const isSane = answer.status < 500 || (answer.status === 500 && reason === undefined);
    const logged = server.errors.splice(0).map((entry) => `${entry.message}: ${String((entry.error as Error).stack)}`);
    if (isSane && kind === 'Status' && message !== undefined && !logged.length) return;
    throw new Error(`${JSON.stringify(what)?.slice(0, 2000)} is answered with ${answer.text.slice(0, 500)}\n${logged.join('\n')}`);
  };

  it('wrong values in every field of a pod', async () => {
    const places = [...replacements(pod, (value) => value)];
    expect(places.length).toBeGreaterThan(150);
    const cases = places.flatMap((put) => ODD_VALUES.map((value) => put(value)));
    for (let i = 0; i < cases.length; i += 32) {
      await Promise.all(cases.slice(i, i + 32).map(async (body) => {
        const text = JSON.stringify(body) ?? 'null';
        expectSane(await server.request2('POST', `${PODS}?dryRun=All`, text), text);
      }));
    }
  }, 180_000);

  it('wrong values in merge patches of a pod', async () => {
    const cases = [...replacements(pod, (value) => value)].flatMap((put) => [null, 'x', 1, [], {}].map((value) => put(value)));
    for (const type of ['merge', 'strategic-merge']) {
      for (let i = 0; i < cases.length; i += 32) {
        await Promise.all(cases.slice(i, i + 32).map(async (body) => {
          const headers = { 'content-type': `application/${type}-patch+json` };
          expectSane(await server.request2('PATCH', `${PODS}/target?dryRun=All`, JSON.stringify(body), headers), body);
        }));
      }
    }
  });

  const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const numeral = '1'.repeat(5000);

  it.each([
    ['a number of many digits', MAPS, `{"metadata":{"name":"n","generation":${numeral}}}`],
    ['a number of many digits as data', REVISIONS, `{"metadata":{"name":"n"},"revision":1,"data":{"a":${numeral}}}`],
    ['a number beyond 2^53', REVISIONS, '{"metadata":{"name":"big"},"revision":1,"data":{"a":9007199254740993}}'],
    ['deep nesting', MAPS, deep(9_000)],
    ['nesting that is too deep', MAPS, deep(20_000)],
    ['deep nesting of data', REVISIONS, `{"metadata":{"name":"d"},"revision":1,"data":${deep(5_000)}}`],
    ['very deep nesting of data', REVISIONS, `{"metadata":{"name":"d"},"revision":1,"data":${deep(9_900)}}`],
    ['deep arrays', MAPS, `{"data":${'['.repeat(9000)}${']'.repeat(9000)}}`],
    ['invalid UTF-8', MAPS, Buffer.concat([Buffer.from('{"metadata":{"name":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}}')])],
    ['a giant name', MAPS, JSON.stringify({ metadata: { name: 'x'.repeat(100_000) } })],
    ['a giant generateName', MAPS, JSON.stringify({ metadata: { generateName: 'x'.repeat(100_000) } })],
    ['a giant name where names are free', '/apis/rbac.authorization.k8s.io/v1/clusterroles', JSON.stringify({ metadata: { name: 'x'.repeat(100_000) } })],
    ['a giant label', MAPS, JSON.stringify({ metadata: { name: 'l', labels: { ['x'.repeat(100_000)]: 'y'.repeat(100_000) } } })],
    ['giant annotations', MAPS, JSON.stringify({ metadata: { name: 'l', annotations: { a: 'y'.repeat(300_000) } } })],
    ['many fields', MAPS, JSON.stringify(Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`f${i}`, i])))],
    ['many duplicates', MAPS, `{${'"a":1,'.repeat(50_000)}"b":1}`],
    ['a prototype', MAPS, '{"metadata":{"name":"proto","labels":{"__proto__":"x"}},"__proto__":{"a":1},"constructor":{"prototype":{}}}'],
    ['a label that is a prototype', MAPS, '{"metadata":{"name":"proto2","labels":{"constructor":"x","toString":"y"}}}'],
  ])('%s', async (_what, path, body) => {
    for (const validation of ['Strict', 'Warn', 'Ignore']) {
      const answer = await server.request('POST', `${path}?fieldValidation=${validation}&dryRun=All`, body);
      expectSane(answer, _what);
    }
    const stored = await server.request('POST', path, body);
    expectSane(stored, _what);
    if (stored.status !== 201) return;
    const item = `${path}/${encodeURIComponent(stored.body.metadata.name ?? '')}`;
    expectSane(await server.request('GET', item), _what);
    expectSane(await server.request('GET', `${item}?pretty=true`), _what);
    expectSane(await server.request('GET', path), _what);
    const yaml = await server.request('GET', item, undefined, { accept: 'application/yaml' });
    expect(yaml.status).toBe(200);
    expectSane(await server.patch(item, 'merge', { metadata: { annotations: { a: 'b' } } }), _what);
    expectSane(await server.patch(item, 'json', [{ op: 'add', path: '/metadata/annotations/c', value: 'd' }]), _what);
    expectSane(await server.patch(item, 'strategic-merge', { metadata: { annotations: { e: 'f' } } }), _what);
    expectSane(await server.request('PUT', item, body), _what);
    expectSane(await server.request('DELETE', item), _what);
  });

  it('bodies that are no JSON, as every type', async () => {
    const types = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
    const patches = ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml'];
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
          fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
          fc.tuple(fc.json(), fc.nat(60)).map(([text, at]) => Buffer.from(text.slice(0, at))),
          fc.constantFrom('k8s\u0000', 'a: b: c', '&a [*a]', '!!js/function x', '- - -', '{a: &x [*x, *x]}', '? [a]\n: b', '\t', '---\n---', '<<: 1', 'a: !!binary x').map((text) => Buffer.from(text)),
        ),
        async (body) => {
          for (const type of types) {
            for (const [method, path] of [['POST', MAPS], ['PUT', `${MAPS}/target`], ['DELETE', `${MAPS}/none`], ['POST', `${PODS}/target/eviction`], ['POST', `${PODS}/target/binding`]] as const) {
              expectSane(await server.request2(method, `${path}?dryRun=All`, body, { 'content-type': type }), body.toString());
            }
          }
          for (const type of patches) {
            expectSane(await server.request2('PATCH', `${MAPS}/target?dryRun=All`, body, { 'content-type': type }), body.toString());
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('JSON patches', async () => {
    const pointer = fc.constantFrom('', '/', '/metadata', '/metadata/labels', '/metadata/labels/a', '/spec/containers/0', '/spec/containers/-', '/spec/containers/-1', '/spec/containers/99', '/~', '/a/b/c', 'x', '/__proto__/a', '/constructor', '/kind', '/spec', '/status/conditions/0');
    const operation = fc.record({
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x', ''),
      path: pointer, from: pointer, value: fc.oneof(fc.jsonValue(), fc.constantFrom(...ODD_VALUES)),
    }, { requiredKeys: [] });
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 4 }), async (patch) => {
        const headers = { 'content-type': 'application/json-patch+json' };
        expectSane(await server.request2('PATCH', `${PODS}/target?dryRun=All`, JSON.stringify(patch), headers), patch);
      }),
      { numRuns: 400 },
    );
  });

  it('queries', async () => {
    const name = fc.constantFrom(
      'labelSelector', 'fieldSelector', 'limit', 'continue', 'resourceVersion', 'resourceVersionMatch', 'timeoutSeconds', 'allowWatchBookmarks',
      'sendInitialEvents', 'pretty', 'includeObject', 'dryRun', 'fieldManager', 'fieldValidation', 'gracePeriodSeconds', 'propagationPolicy', 'orphanDependents', 'timeout', 'x',
    );
    const value = fc.oneof(
      fc.string({ maxLength: 20, unit: 'grapheme' }),
      fc.constantFrom('0', '1', '-1', 'true', 'a=b', 'a in (b,c)', '!a', 'metadata.name=x', '%', '\u0000', 'All', 'Exact', 'NotOlderThan', '9'.repeat(25), 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6Miwic3RhcnQiOiJhIn0', 'NaN', '1e3'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 5 }), fc.constantFrom('GET', 'POST', 'DELETE', 'PATCH', 'PUT'), async (pairs, method) => {
        // A version that is yet to come is waited for, and then answered with 504.
        if (pairs.some(([key, text]) => key === 'resourceVersion' && Number(text) > 1)) return;
        const query = new URLSearchParams(pairs);
        if (method !== 'GET') query.append('dryRun', 'All');
        const isNamed = method === 'PATCH' || method === 'PUT';
        const path = isNamed ? `${MAPS}/target` : MAPS;
        const body = method === 'GET' ? undefined : {};
        const headers = { ...(method === 'PATCH' && { 'content-type': 'application/merge-patch+json' }) };
        expectSane(await server.request2(method, `${path}?${query}`, body, headers), `${method} ${query}`);
        if (method === 'GET') expectSane(await server.request2(method, `${MAPS}/target?${query}`), `${method} ${query}`);
      }),
      { numRuns: 600 },
    );
  });

  it('paths', async () => {
    const segment = fc.oneof(
      fc.constantFrom('api', 'apis', 'v1', 'namespaces', 'default', 'pods', 'target', 'status', 'watch', 'proxy', 'apps', 'deployments', '', '.', '..', '%2e', '%2f', '%00', '%', '%ff', 'constructor', 'openapi', 'v3', 'healthz', 'log', 'scale'),
      fc.string({ maxLength: 6 }).map(encodeURIComponent),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { maxLength: 8 }), async (segments) => {
        const path = `/${segments.join('/')}?timeoutSeconds=1`;
        if (segments.includes('watch')) return;
        const answer = await server.request2('GET', path);
        if (answer.status === 501 || answer.text === '404 page not found\n') return;
        expectSane(answer, path);
      }),
      { numRuns: 800 },
    );
  });

  it('headers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('accept', 'content-type', 'audit-id', 'accept-encoding', 'if-none-match', 'user-agent', 'impersonate-user'),
        fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('constructor', '__proto__', 'application/json;as=x', ';;;', ',,,', 'a/b;q=x', 'application/json;q=0', '*/*;as=Table;g=meta.k8s.io;v=v1', 'toString')),
        async (name, value) => {
          const headers = { [name]: value.replace(/[^\x20-\x7e]/g, '') };
          for (const path of [MAPS, '/api', '/apis/apps', '/openapi/v3']) expectSane(await server.request2('GET', path, undefined, headers), headers);
        },
      ),
      { numRuns: 200 },
    );
  });
});
