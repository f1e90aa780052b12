import { TestServer } from '../testing';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';

/** Upstream's own example (test/integration/apiserver/field_validation_test.go). */
const body = `{
  "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "NAME", "labels": { "app": "nginx" } },
  "spec": {
    "unknown1": "val1", "unknownDupe": "valDupe", "unknownDupe": "valDupe2", "paused": true, "paused": false,
    "selector": { "matchLabels": { "app": "nginx" } },
    "template": {
      "metadata": { "labels": { "app": "nginx" } },
      "spec": {
        "containers": [{
          "name": "nginx", "image": "nginx:latest", "unknownNested": "val1",
          "imagePullPolicy": "Always", "imagePullPolicy": "Never"
        }]
      }
    }
  }
}`;

const FINDINGS = [
  'unknown field "spec.unknown1"',
  'unknown field "spec.unknownDupe"',
  'duplicate field "spec.paused"',
  'unknown field "spec.template.spec.containers[0].unknownNested"',
  'duplicate field "spec.template.spec.containers[0].imagePullPolicy"',
];

describe('field validation', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start();
    await server.request('POST', `${DEPLOYMENTS}?fieldValidation=Ignore`, body.replace('NAME', 'patched'));
  });

  afterAll(() => server.stop());

  const warnings = (header: unknown): string[] => String(header).split(/, (?=299)/);

  it('Strict refuses with all findings in the order of the document', async () => {
    const post = await server.request('POST', `${DEPLOYMENTS}?fieldValidation=Strict`, body.replace('NAME', 'strict'));
    expect(post.status).toBe(400);
    expect(post.body.message).toBe(
      `Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: ${FINDINGS.join(', ')}`,
    );
    const put = await server.request('PUT', `${DEPLOYMENTS}/patched?fieldValidation=Strict`, body.replace('NAME', 'patched'));
    expect(put.body.message).toBe(post.body.message);
  });

  it.each(['?fieldValidation=Warn', ''])('Warn, the default, takes it with warnings%s', async (query) => {
    const { status, headers, body: created } = await server.request('POST', DEPLOYMENTS + query, body.replace('NAME', `warn${query.length}`));
    expect(status).toBe(201);
    expect(warnings(headers['warning'])).toEqual(FINDINGS.map((text) => `299 - "${text.replace(/"/g, '\\"')}"`));
    expect(created.spec).not.toHaveProperty('unknown1');
    expect(created.spec).toMatchObject({ template: { spec: { containers: [{ imagePullPolicy: 'Never' }] } } });
  });

  it('Ignore takes it silently', async () => {
    const { status, headers } = await server.request('POST', `${DEPLOYMENTS}?fieldValidation=Ignore`, body.replace('NAME', 'ignore'));
    expect(status).toBe(201);
    expect(headers).not.toHaveProperty('warning');
  });

  const patches = [
    ['merge', '{"spec":{"foo":1,"paused":true,"paused":false}}', ['duplicate field "spec.paused"', 'unknown field "spec.foo"']],
    ['strategic-merge', '{"spec":{"foo":1,"paused":true,"paused":false}}', ['duplicate field "spec.paused"', 'unknown field "spec.foo"']],
    ['json', '[{"op":"add","path":"/spec/foo","value":1,"foo":2}]', ['json patch unknown field "[0].foo"', 'unknown field "spec.foo"']],
  ] as const;

  it.each(patches)('holds for a %s patch', async (type, patch, findings) => {
    const headers = { 'content-type': `application/${type}-patch+json` };
    const strict = await server.request('PATCH', `${DEPLOYMENTS}/patched?fieldValidation=Strict`, patch, headers);
    expect([strict.status, strict.body.reason]).toEqual([422, 'Invalid']);
    expect(strict.body.message).toMatch(/^ "" is invalid: patch: Invalid value: ".*": strict decoding error: /);
    expect(strict.body.message?.replace(/^.* strict decoding error: /, '')).toBe(findings.join(', '));
    const warned = await server.request('PATCH', `${DEPLOYMENTS}/patched`, patch, headers);
    expect(warned.status).toBe(200);
    expect(warnings(warned.headers['warning'])).toEqual(findings.map((text) => `299 - "${text.replace(/"/g, '\\"')}"`));
    const ignored = await server.request('PATCH', `${DEPLOYMENTS}/patched?fieldValidation=Ignore`, patch, headers);
    expect([ignored.status, ignored.headers['warning']]).toEqual([200, undefined]);
  });

  it('shows the patch as Go prints it', async () => {
    const headers = { 'content-type': 'application/strategic-merge-patch+json' };
    const answer = await server.request('PATCH', `${DEPLOYMENTS}/patched?fieldValidation=Strict`, { spec: { foo: 1 } }, headers);
    expect(answer.body.message).toBe(' "" is invalid: patch: Invalid value: "map[spec:map[foo:1]]": strict decoding error: unknown field "spec.foo"');
  });

  it('finds what is unknown and double in YAML', async () => {
    const yaml = 'metadata:\n  name: yaml\ndata:\n  a: b\n  a: c\nfoo: 1\n';
    const answer = await server.request('POST', '/api/v1/namespaces/default/configmaps?fieldValidation=Strict', yaml, { 'content-type': 'application/yaml' });
    expect([answer.status, answer.body.message]).toEqual([
      400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ' +
        'yaml: unmarshal errors:\n  line 5: key "a" already set in map, unknown field "foo"',
    ]);
  });
});
