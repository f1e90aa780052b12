import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, ApiClient } from './support/api-client';
import { eventually } from './support/cluster';
import { Scope } from './support/scope';
import { ServerProcess } from './support/server';

const scope = new Scope();

const configMap = (name: string): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { a: '1' } });

describe('starting', () => {
  const tls = ['--tls-cert-file=/nowhere/crt', '--tls-private-key-file=/nowhere/key'];
  const refused: [string[], RegExp][] = [
    [['--nope'], /^Error: unknown flag: --nope$/m],
    [
      ['--secure-port=many'],
      /^Error: invalid argument "many" for "--secure-port" flag: strconv\.ParseInt: parsing "many": invalid syntax$/m,
    ],
    [['--secure-port=65536'], /^Error: --secure-port 65536 must be between 0 and 65535, inclusive/m],
    [['--bind-address=here'], /^Error: invalid argument "here" for "--bind-address" flag: failed to parse IP: "here"$/m],
    [['--event-ttl=5'], /^Error: invalid argument "5" for "--event-ttl" flag: time: missing unit in duration "5"$/m],
    [['--runtime-config=api/none=true'], /^Error: unknown api groups api$/m],
    [['--runtime-config=apps/v9=true'], /^Error: group version apps\/v9 that has not been registered$/m],
    [['--storage-media-type=application/x'], /^Error: .*application\/x.* not supported/m],
    [['--service-cluster-ip-range=x'], /^Error: .*"x" is not a valid CIDR/m],
    [tls.slice(0, 1), /^Error: .*--tls-private-key-file/m],
    [tls, /^Error: .*\/nowhere\/crt/m],
    [['--token-auth-file=/nowhere/tokens'], /^Error: .*\/nowhere\/tokens/m],
    [['--client-ca-file=/nowhere/ca'], /^Error: .*\/nowhere\/ca/m],
    [['--authorization-mode=Nobody'], /^Error: .*"?Nobody"?/m],
  ];
  it.each(refused)('with %j ends at once with code 1 and says why', async (args, message) => {
    const { code, stderr } = await ServerProcess.run({ dataDir: scope.folder(), args });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(message) });
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('refuses a data folder that another server uses, and a port', async () => {
    const server = await scope.server();
    const second = await ServerProcess.run({ dataDir: server.dataDir });
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(new RegExp(`^Error: .*${server.dataDir}.*(in use|used|locked)`, 'm'));
    const other = await ServerProcess.run({ dataDir: scope.folder(), args: [`--secure-port=${server.port}`] });
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(new RegExp(`^Error: .*address already in use.*${server.port}`, 'm'));
    expect((await server.client.send('GET', '/readyz')).text).toBe('ok');
  });

  it('prints its version and its flags', async () => {
    const version = await ServerProcess.run({ dataDir: scope.folder(), args: ['--version'] });
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Kubernetes v1\.36\.\d+/) });
    const help = await ServerProcess.run({ dataDir: scope.folder(), args: ['--help'] });
    expect(help.code).toBe(0);
    for (const flag of ['--secure-port', '--etcd-servers', '--token-auth-file', '--authorization-mode', '--data-dir']) {
      expect(help.stdout).toContain(flag);
    }
  });

  it('writes private files for nobody but its user', async () => {
    const { dataDir } = await scope.server();
    const secret = [
      join(dataDir, 'admin.kubeconfig'),
      ...readdirSync(join(dataDir, 'pki'))
        .filter((name) => name.endsWith('.key'))
        .map((name) => join(dataDir, 'pki', name)),
    ];
    expect(secret).toHaveLength(4);
    expect(secret.map((path) => statSync(path).mode & 0o777)).toEqual(secret.map(() => 0o600));
  });
});

describe('stopping', () => {
  it('is not ready any more, ends watches cleanly, and exits with 0', async () => {
    const server = await scope.server({ args: ['--shutdown-delay-duration=1s'] });
    await server.client.post('/api/v1/namespaces/default/configmaps', configMap('a'));
    const events = server.client.watch('/api/v1/namespaces/default/configmaps?watch=1');
    const { value: first } = await events.next();
    expect(first).toMatchObject({ type: 'ADDED' });
    const exit = server.askToStop();
    await server.logged(/Shutting down/);
    const ready = await server.client.send('GET', '/readyz');
    expect(ready.status).toBe(500);
    expect(ready.text).toContain('[-]shutdown failed: reason withheld');
    expect((await server.client.send('GET', '/livez')).status).toBe(200);
    await server.client.post('/api/v1/namespaces/default/configmaps', configMap('b'));
    const rest: string[] = [];
    for await (const { type, object } of events) rest.push(`${type} ${object.metadata.name}`);
    expect(rest).toContain('ADDED b');
    expect(rest.filter((text) => text.startsWith('ERROR'))).toEqual([]);
    expect(await exit).toBe(0);
  });
});

describe('starting again', () => {
  it('keeps objects, revisions, certificates and who is let in', async () => {
    const before = await scope.server();
    const created = await before.client.post('/api/v1/namespaces/default/configmaps', configMap('kept'));
    const pki = join(before.dataDir, 'pki');
    const files = readdirSync(pki).sort();
    const certificates = files.map((name) => readFileSync(join(pki, name), 'utf8'));
    const kubeconfig = readFileSync(before.kubeconfig, 'utf8');
    expect(await before.stop()).toBe(0);

    const after = await scope.server({ dataDir: before.dataDir, args: [`--secure-port=${before.port}`] });
    const known = ApiClient.fromKubeconfig(kubeconfig);
    expect(await known.get('/api/v1/namespaces/default/configmaps/kept')).toEqual(created);
    known.close();
    expect(readdirSync(pki).sort()).toEqual(files);
    expect(files.map((name) => readFileSync(join(pki, name), 'utf8'))).toEqual(certificates);
    const next = await after.client.post('/api/v1/namespaces/default/configmaps', configMap('next'));
    expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(Number(created.metadata.resourceVersion));
  });

  it('lets a watch go on where it was, or says that it cannot', async () => {
    const path = '/api/v1/namespaces/default/configmaps';
    const before = await scope.server();
    // What the server writes for itself after its start must not come after what is watched.
    const registered = (): Promise<{ items: unknown[] }> => before.client.get('/apis/apiregistration.k8s.io/v1/apiservices');
    const { groups } = await before.client.get<{ groups: { versions: unknown[] }[] }>('/apis');
    const served = groups.flatMap(({ versions }) => versions).length;
    await eventually(registered, ({ items }) => items.length >= served);
    const schemas = (): Promise<{ items: { status?: { conditions?: unknown[] } }[] }> =>
      before.client.get('/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas');
    await eventually(schemas, ({ items }) => items.every(({ status }) => Boolean(status?.conditions?.length)));
    const first = await before.client.post(path, configMap('a'));
    const last = await before.client.put(`${path}/a`, { ...configMap('a'), data: { a: '2' } });
    await before.stop();
    const { client } = await scope.server({ dataDir: before.dataDir });
    const events = client.watch(`${path}?watch=1&resourceVersion=${last.metadata.resourceVersion}`);
    const next = events.next();
    await client.delete(`${path}/a`);
    expect((await next).value).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'a' } } });
    await events.return();
    // What happened before the start is not in the caches any more, as upstream's are empty then: the client lists anew.
    const late = client.watch(`${path}?watch=1&resourceVersion=${first.metadata.resourceVersion}`);
    expect((await late.next()).value).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
    await late.return();
  });
});

describe('who the client is', () => {
  const TOKENS = 'secret-1,jane,u1,"dev,ops"\nsecret-2,joe,u2\n';
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const whoami = async (client: ApiClient): Promise<unknown> => {
    const answer = await client.post<{ status: { userInfo: unknown } }>(
      '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      review,
    );
    return answer.status.userInfo;
  };
  let server: ServerProcess;
  beforeAll(async () => {
    const tokens = join(scope.folder(), 'tokens.csv');
    writeFileSync(tokens, TOKENS);
    server = await scope.server({ args: [`--token-auth-file=${tokens}`, '--anonymous-auth=false'] });
  });

  it('is told by a client certificate', async () => {
    expect(await whoami(server.client)).toMatchObject({
      username: 'kubernetes-admin',
      groups: ['system:masters', 'system:authenticated'],
    });
  });

  it('is told by a token', async () => {
    expect(await whoami(server.client.as({ token: 'secret-1' }))).toEqual({
      username: 'jane',
      uid: 'u1',
      groups: ['dev', 'ops', 'system:authenticated'],
    });
    expect(await whoami(server.client.as({ token: 'secret-2' }))).toEqual({
      username: 'joe',
      uid: 'u2',
      groups: ['system:authenticated'],
    });
  });

  it.each([
    ['nothing', {}],
    ['a wrong token', { token: 'secret-3' }],
  ])('is not told by %s: 401', async (_, credentials) => {
    const answer = await server.client.as(credentials).send('GET', '/api/v1/pods');
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text)).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    });
  });

  it('is not told by a certificate of another authority', async () => {
    const other = await scope.server();
    const { users }: { users: [{ user: Record<string, string> }] } = JSON.parse(readFileSync(other.kubeconfig, 'utf8'));
    const pem = (field: string): string => Buffer.from(users[0].user[field] ?? '', 'base64').toString();
    const stranger = server.client.as({ certificate: pem('client-certificate-data'), key: pem('client-key-data') });
    expect((await stranger.send('GET', '/api/v1/pods')).status).toBe(401);
  });

  it('is told to others that ask by a TokenReview', async () => {
    const ask = (token: string): Promise<object> => {
      return server.client.post('/apis/authentication.k8s.io/v1/tokenreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        spec: { token },
      });
    };
    expect(await ask('secret-1')).toMatchObject({
      status: { authenticated: true, user: { username: 'jane', uid: 'u1', groups: ['dev', 'ops', 'system:authenticated'] } },
    });
    expect(await ask('secret-3')).toMatchObject({ status: { user: {}, error: 'invalid bearer token' } });
  });
});

describe('--authorization-mode=AlwaysDeny', () => {
  let server: ServerProcess;
  let nobody: ApiClient;
  beforeAll(async () => {
    server = await scope.server({ args: ['--authorization-mode=AlwaysDeny'] });
    nobody = server.client.as({});
  });

  it('refuses everybody but system:masters', async () => {
    expect((await server.client.send('GET', '/api/v1/namespaces')).status).toBe(200);
    const answer = await nobody.send('GET', '/api/v1/namespaces/default/pods');
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({
      reason: 'Forbidden',
      message:
        'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" ' +
        'in the namespace "default": Everything is forbidden.',
      details: { kind: 'pods' },
    });
    const path = await nobody.send('GET', '/metrics');
    expect(JSON.parse(path.text)).toMatchObject({
      code: 403,
      message: 'forbidden: User "system:anonymous" cannot get path "/metrics": Everything is forbidden.',
    });
  });
});

describe('endpoints beside the API', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await scope.server();
    await server.client.get('/api/v1/namespaces');
    await server.client.post('/api/v1/namespaces/default/configmaps', configMap('counted'));
  });

  it('/version', async () => {
    expect(await server.client.get('/version')).toMatchObject({
      major: '1',
      minor: '36',
      gitVersion: expect.stringMatching(/^v1\.36\.\d+/),
      platform: expect.any(String),
    });
  });

  it.each([['healthz'], ['livez'], ['readyz']])('/%s, whole, single and verbose', async (name) => {
    const send = (path: string): Promise<Answer> => server.client.send('GET', `/${name}${path}`);
    expect(await send('')).toMatchObject({ status: 200, text: 'ok' });
    const verbose = await send('?verbose');
    expect(verbose.text).toMatch(/^\[\+\]ping ok$/m);
    expect(verbose.text).toMatch(/^\[\+\]etcd ok$/m);
    expect(verbose.text).toMatch(new RegExp(`^${name} check passed$`, 'm'));
    expect(await send('/ping')).toMatchObject({ status: 200, text: 'ok' });
    expect(await send('/etcd')).toMatchObject({ status: 200, text: 'ok' });
    expect((await send('/nothing')).status).toBe(404);
    expect((await send('?verbose&exclude=etcd')).text).toContain('[+]etcd excluded: ok');
  });

  it('/metrics', async () => {
    const { text, headers } = await server.client.send('GET', '/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = [
      /^apiserver_request_total\{[^}]*code="201"[^}]*\} 1$/m,
      /^apiserver_request_duration_seconds_bucket\{(?=[^}]*resource="configmaps")[^}]*le="0\.005"[^}]*\} \d+$/m,
      /^etcd_request_duration_seconds_count\{[^}]*operation="create"[^}]*\} \d+$/m,
      /^# TYPE apiserver_longrunning_requests gauge$/m,
      /^apiserver_current_inflight_requests\{/m,
      /^apiserver_storage_objects\{resource="configmaps"\} [1-9]\d*$/m,
      /^apiserver_watch_cache_events_received_total\{group="",resource="configmaps"\} [1-9]\d*$/m,
      /^apiserver_watch_cache_initializations_total\{group="apps",resource="deployments"\} 1$/m,
      /^# TYPE apiserver_registered_watchers gauge$/m,
      /^process_cpu_seconds_total \d/m,
      /^process_resident_memory_bytes \d/m,
      /^process_open_fds \d/m,
      /^process_start_time_seconds \d/m,
      /^kubernetes_build_info\{/m,
    ];
    expect(lines.filter((pattern) => !pattern.test(text))).toEqual([]);
  });

  it('counts watches as long-running requests', async () => {
    const events = server.client.watch('/api/v1/configmaps?watch=1');
    await events.next();
    const { text } = await server.client.send('GET', '/metrics');
    expect(text).toMatch(/^apiserver_longrunning_requests\{[^}]*resource="configmaps"[^}]*\} 1$/m);
    await events.return();
  });

  it('answers unknown paths with 404', async () => {
    expect(await server.client.send('GET', '/nothing')).toMatchObject({
      status: 404,
      text: '404 page not found\n',
    });
  });
});
