import { TestServer } from '../testing';

describe('component statuses', () => {
  let server: TestServer;
  beforeAll(async () => (server = await TestServer.start()));
  afterAll(() => server.stop());

  it('tell of the store and of components that do not run here', async () => {
    const { status, body } = await server.request('GET', '/api/v1/componentstatuses');
    expect(status).toBe(200);
    const names = (body.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
    expect(names).toEqual(['controller-manager', 'etcd-0', 'scheduler']);
  });

  it('can be asked for one by one, as a table too', async () => {
    const one = await server.request('GET', '/api/v1/componentstatuses/etcd-0');
    expect(one.body).toMatchObject({ conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }] });
    const accept = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
    const table = await server.request('GET', '/api/v1/componentstatuses/etcd-0', undefined, accept);
    expect(table.body).toMatchObject({ rows: [{ cells: ['etcd-0', 'Healthy', 'ok', ''] }] });
    expect((await server.request('GET', '/api/v1/componentstatuses/nothing')).status).toBe(404);
  });
});
