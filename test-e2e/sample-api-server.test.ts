import { frontProxyFlags, SampleApiServer } from './support/aggregation';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';

const scope = new Scope();
const SERVICES = '/apis/apiregistration.k8s.io/v1/apiservices';
const SERVICE = `${SERVICES}/v1alpha1.wardle.example.com`;
const FLUNDERS = '/apis/wardle.example.com/v1alpha1/namespaces/default/flunders';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface ApiService {
  readonly metadata: { readonly name: string; readonly resourceVersion: string; readonly labels?: Record<string, string> };
  readonly spec: { readonly versionPriority: number };
  readonly status: { readonly conditions: Condition[] };
}

/** The conformance test "Aggregator should be able to support the 1.17 Sample API Server using the current Aggregator", step by step. */
it('supports the sample API server', async () => {
  const folder = scope.folder();
  const server: ServerProcess = await scope.server({ args: frontProxyFlags(folder) });
  const { client } = server;
  const patch = async (path: string, body: object): Promise<void> => {
    expect((await client.send('PATCH', path, body, { 'Content-Type': 'application/merge-patch+json' })).status).toBe(200);
  };
  await client.post('/api/v1/namespaces', { metadata: { name: 'sample-system' } });
  const sample = new SampleApiServer(server, folder);
  scope.running(await sample.start());
  const [service, slice, apiService] = sample.objects();
  await client.post('/api/v1/namespaces/sample-system/services', service);
  await client.post('/apis/discovery.k8s.io/v1/namespaces/sample-system/endpointslices', slice);
  await client.post(SERVICES, apiService);

  // Until it is known to answer, 503 is what clients get.
  const isAvailable = async (): Promise<void> => {
    const end = Date.now() + 30_000;
    while ((await client.send('GET', FLUNDERS)).status !== 200) {
      if (Date.now() > end) throw new Error('the sample API server does not become available');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await isAvailable();

  const flunder = { apiVersion: 'wardle.example.com/v1alpha1', kind: 'Flunder', metadata: { name: 'rest-flunder', namespace: 'default', labels: { 'sample-label': 'true' } } };
  expect((await client.send('POST', FLUNDERS, flunder)).status).toBe(201);
  const items = async (query = ''): Promise<unknown[]> => (await client.get<{ items: unknown[] }>(`${FLUNDERS}${query}`)).items;
  expect(await items()).toHaveLength(1);
  await client.delete(`${FLUNDERS}/rest-flunder`);
  expect(await items()).toHaveLength(0);

  const labelled = { ...flunder, metadata: { name: 'dynamic-flunder', labels: { 'e2e-flunder': 'collection' } } };
  await client.post(FLUNDERS, labelled);
  expect(await items('?labelSelector=e2e-flunder%3Dcollection')).toHaveLength(1);

  const status = await client.get<ApiService>(`${SERVICE}/status`);
  expect(status.status.conditions).toContainEqual(expect.objectContaining({ type: 'Available', status: 'True', reason: 'Passed', message: 'all checks passed' }));
  await patch(SERVICE, { spec: { versionPriority: 400 } });
  const { items: services } = await client.get<{ items: ApiService[] }>(SERVICES);
  expect(services.find(({ metadata }) => metadata.name === 'v1alpha1.wardle.example.com')?.spec.versionPriority).toBe(400);

  const current = await client.get<ApiService>(SERVICE);
  const updated = { ...current, metadata: { ...current.metadata, labels: { 'e2e-apiservice': 'updated' } } };
  expect((await client.send('PUT', SERVICE, updated)).status).toBe(200);
  await patch(`${SERVICE}/status`, { status: { conditions: [{ type: 'StatusPatched', status: 'True', reason: 'E2E', message: 'Set by e2e test' }] } });
  const patched = await client.get<ApiService>(`${SERVICE}/status`);
  expect(patched.status.conditions).toContainEqual(expect.objectContaining({ type: 'StatusPatched', status: 'True', reason: 'E2E' }));
  for (;;) {
    const newest = await client.get<ApiService>(`${SERVICE}/status`);
    const conditions = [...newest.status.conditions, { type: 'StatusUpdated', status: 'True', reason: 'E2E', message: 'Set from e2e test' }];
    const answer = await client.send('PUT', `${SERVICE}/status`, { ...newest, status: { conditions } });
    if (answer.status === 200) break;
    // The controller may have been faster.
    expect(answer.status).toBe(409);
  }
  expect((await client.get<ApiService>(`${SERVICE}/status`)).status.conditions).toContainEqual(expect.objectContaining({ type: 'StatusUpdated', status: 'True', reason: 'E2E' }));

  const selector = '?labelSelector=e2e-apiservice%3Dupdated';
  expect((await client.get<{ items: ApiService[] }>(`${SERVICES}${selector}`)).items).toHaveLength(1);
  // The patch has taken the condition Available away, too.
  await isAvailable();
  await client.delete(`${FLUNDERS}?labelSelector=e2e-flunder%3Dcollection`);
  expect(await items()).toHaveLength(0);
  await client.delete(`${SERVICES}${selector}`);
  expect((await client.get<{ items: ApiService[] }>(`${SERVICES}${selector}`)).items).toHaveLength(0);
  expect((await client.send('GET', FLUNDERS)).status).toBe(404);
});
