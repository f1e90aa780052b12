import { TestServer } from '../testing';
import { decodeContinue, encodeContinue } from './continue-token';

const MAPS = '/api/v1/namespaces/default/configmaps';

describe('lists', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start({ namespaces: ['default', 'other', 'empty'] });
    for (let i = 0; i < 10; i += 1) {
      const name = `map-${i}`;
      await server.request('POST', MAPS, { metadata: { name, labels: { parity: i % 2 ? 'odd' : 'even', index: String(i) } }, data: { i: String(i) } });
    }
    await server.request('POST', '/api/v1/namespaces/other/configmaps', { metadata: { name: 'map-0' } });
  });

  afterAll(() => server.stop());

  const names = async (query: string, path = MAPS): Promise<string[]> => {
    const answer = await server.request('GET', `${path}?${query}`);
    expect(answer.status).toBe(200);
    return answer.body.items.map(({ metadata }) => metadata.name ?? '');
  };

  const all = Array.from({ length: 10 }, (_, i) => `map-${i}`);

  it('has the form of a typed list: items without kind and apiVersion', async () => {
    const { body } = await server.request('GET', MAPS);
    expect(body).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
    expect(body.metadata.resourceVersion).toMatch(/^\d+$/);
    expect(body.items[0]).not.toHaveProperty('kind');
    expect(body.items[0]).not.toHaveProperty('apiVersion');
    expect(body.items[0]).toMatchObject({ metadata: { name: 'map-0', namespace: 'default', resourceVersion: expect.stringMatching(/^\d+$/) } });
    const empty = await server.request('GET', '/api/v1/namespaces/empty/configmaps');
    expect(empty.body.items).toEqual([]);
    expect((await server.request('GET', '/api/v1/namespaces/nobody/configmaps')).body.items).toEqual([]);
  });

  it.each([
    ['labelSelector=parity%3Dodd', [1, 3, 5, 7, 9]],
    ['labelSelector=parity%3D%3Dodd,index%20in%20(1,3,4)', [1, 3]],
    ['labelSelector=index%20notin%20(0,1,2,3,4,5,6,7)', [8, 9]],
    ['labelSelector=!parity', []],
    ['labelSelector=constructor', []],
    ['labelSelector=toString', []],
    ['labelSelector=index%3E7', [8, 9]],
    ['fieldSelector=metadata.name%3Dmap-3', [3]],
    ['fieldSelector=metadata.name!%3Dmap-3,metadata.namespace%3Ddefault&labelSelector=parity%3Dodd', [1, 5, 7, 9]],
    ['fieldSelector=metadata.namespace%3Dother', []],
    ['labelSelector=&fieldSelector=', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ])('selects by %s', async (query, indexes) => {
    expect(await names(query)).toEqual(indexes.map((i) => `map-${i}`));
  });

  it('lists all namespaces in the order of keys', async () => {
    expect(await names('', '/api/v1/configmaps')).toEqual([...all, 'map-0']);
    expect(await names('fieldSelector=metadata.namespace%3Dother', '/api/v1/configmaps')).toEqual(['map-0']);
  });

  it.each([
    [MAPS, 'data', '"data" is not a known field selector: only "metadata.name", "metadata.namespace"'],
    ['/api/v1/pods', 'spec.foo', 'field label not supported: spec.foo'],
    ['/apis/batch/v1/jobs', 'spec.foo', 'field label "spec.foo" not supported for batchv1.Job'],
  ])('refuses an unknown field of %s', async (path, field, message) => {
    for (const [method, query] of [['GET', ''], ['GET', '&watch=1']]) {
      const answer = await server.request(method!, `${path}?fieldSelector=${field}%3Da${query}`);
      expect([answer.status, answer.body.reason, answer.body.message]).toEqual([400, 'BadRequest', message]);
    }
  });

  it('selects events by the names that each group has for their fields', async () => {
    const involvedObject = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web' };
    await server.request('POST', '/api/v1/namespaces/default/events', { metadata: { name: 'e' }, involvedObject, reportingComponent: 'me' });
    const groups: [string, string, string][] = [['/api/v1', 'involvedObject.kind', 'reportingComponent'], ['/apis/events.k8s.io/v1', 'regarding.kind', 'reportingController']];
    for (const [group, kind, reporter] of groups) {
      const found = async (selector: string): Promise<string[]> => names(`fieldSelector=${selector}`, `${group}/events`);
      expect(await found(`${kind}=Pod,${reporter}=me,metadata.name=e`)).toEqual(['e']);
      expect(await found(`${kind}=Node`)).toEqual([]);
    }
    for (const [path, field] of [['/apis/events.k8s.io/v1/events', 'involvedObject.kind'], ['/api/v1/events', 'regarding.kind']]) {
      const { status, body } = await server.request('GET', `${path}?fieldSelector=${field}%3DPod`);
      expect([status, body.message]).toEqual([400, `field label not supported: ${field}`]);
    }
  });

  it.each([
    ['labelSelector=a%3D%3D%3Db', 400, 'BadRequest', /unable to parse requirement|found/],
    ['labelSelector=%2Fb', 400, 'BadRequest', /./],
    ['fieldSelector=a', 400, 'BadRequest', /invalid selector: 'a'; can't understand 'a'/],
    ['limit=a', 400, 'BadRequest', /strconv\.ParseInt: parsing "a": invalid syntax/],
    ['limit=99999999999999999999', 400, 'BadRequest', /strconv\.ParseInt/],
    ['timeoutSeconds=x', 400, 'BadRequest', /strconv\.ParseInt: parsing "x": invalid syntax/],
    ['continue=a!!!', 400, 'BadRequest', /^invalid continue token: continue key is not valid: illegal base64 data at input byte 1$/],
    ['continue=x', 400, 'BadRequest', /^invalid continue token: continue key is not valid: illegal base64 data at input byte 0$/],
    ['continue=eyJ2I', 400, 'BadRequest', /^invalid continue token: continue key is not valid: illegal base64 data at input byte 4$/],
    ['continue=abc', 400, 'BadRequest', /^invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value$/],
    [`continue=${encodeContinue({ revision: 1, start: '../secrets/a' })}`, 400, 'BadRequest', /^invalid continue token: continue key is not valid: /],
    [`continue=${encodeContinue({ revision: 0, start: 'a' })}`, 400, 'BadRequest', /incorrect encoded start resourceVersion \(version meta\.k8s\.io\/v1\)$/],
    [`continue=${encodeContinue({ revision: 5, start: 'a' })}&resourceVersion=5`, 400, 'BadRequest', /^specifying resource version is not allowed when using continue$/],
    [
      'resourceVersionMatch=Exact', 422, 'Invalid',
      /^ListOptions\.meta\.k8s\.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided$/,
    ],
    [
      'resourceVersionMatch=Exact&resourceVersion=0', 422, 'Invalid',
      /resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"$/,
    ],
    [
      'resourceVersionMatch=foo&resourceVersion=1', 422, 'Invalid',
      /resourceVersionMatch: Unsupported value: "foo": supported values: "Exact", "NotOlderThan", ""$/,
    ],
    ['sendInitialEvents=true', 422, 'Invalid', /sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list$/],
    ['watch=1&sendInitialEvents=true', 422, 'Invalid', /resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan/],
    [
      'watch=1&resourceVersionMatch=NotOlderThan&resourceVersion=1', 422, 'Invalid',
      /invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided$/,
    ],
    ['watch=1&sendInitialEvents=false', 422, 'Invalid', /Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan$/],
    [
      'watch=1&sendInitialEvents=true&resourceVersionMatch=Exact&resourceVersion=1', 422, 'Invalid',
      /requires setting resourceVersionMatch to NotOlderThan, resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"\]$/,
    ],
    [
      'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&continue=x', 422, 'Invalid',
      /invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided$/,
    ],
  ])('refuses the query %s', async (query, code, reason, message) => {
    const answer = await server.request('GET', `${MAPS}?${query}`);
    expect([answer.status, answer.body.reason]).toEqual([code, reason]);
    expect(answer.body.message).toMatch(message);
  });

  describe('in pages', () => {
    const pages = async (query: string, meanwhile: (page: number) => Promise<unknown>): Promise<string[][]> => {
      const found: string[][] = [];
      let token: string | undefined;
      do {
        const { status, body } = await server.request('GET', `${MAPS}?${query}${token ? `&continue=${encodeURIComponent(token)}` : ''}`);
        expect(status).toBe(200);
        found.push(body.items.map(({ metadata }) => metadata.name ?? ''));
        token = body.metadata.continue;
        await meanwhile(found.length);
      } while (token);
      return found;
    };

    it('gives the state of the first page, whatever happens meanwhile', async () => {
      const found = await pages('limit=3', async (page) => {
        await server.request('POST', MAPS, { metadata: { name: `map-5-${page}` } });
        if (page === 1) await server.request('DELETE', `${MAPS}/map-9`);
      });
      expect(found).toEqual([all.slice(0, 3), all.slice(3, 6), all.slice(6, 9), ['map-9']]);
      await server.request('POST', MAPS, { metadata: { name: 'map-9', labels: { parity: 'odd', index: '9' } } });
      for (let page = 1; page <= 4; page += 1) await server.request('DELETE', `${MAPS}/map-5-${page}`);
    });

    it('counts the rest, but not where a selector makes the count unknown', async () => {
      const { body } = await server.request('GET', `${MAPS}?limit=3`);
      expect(body.metadata.remainingItemCount).toBe(7);
      const second = await server.request('GET', `${MAPS}?limit=3&continue=${body.metadata.continue}`);
      expect(second.body.metadata).toMatchObject({ resourceVersion: body.metadata.resourceVersion, remainingItemCount: 4 });
      const selected = await server.request('GET', `${MAPS}?limit=2&labelSelector=parity%3Dodd`);
      expect(selected.body.metadata.continue).toEqual(expect.any(String));
      expect(selected.body.metadata).not.toHaveProperty('remainingItemCount');
    });

    it('has no further page where all fits', async () => {
      for (const query of ['limit=10', 'limit=11', 'limit=0', 'limit=5&labelSelector=parity%3Dodd']) {
        expect((await server.request('GET', `${MAPS}?${query}`)).body.metadata).toEqual({ resourceVersion: expect.any(String) });
      }
    });

    it('keeps the selection', async () => {
      expect(await pages('limit=2&labelSelector=parity%3Deven', () => Promise.resolve())).toEqual([['map-0', 'map-2'], ['map-4', 'map-6'], ['map-8']]);
    });

    it('goes on from the store where the cached state is gone', async () => {
      const { body } = await server.request('GET', `${MAPS}?limit=8`);
      server.server.core.endpoints.resource('', 'configmaps').cache.snapshots.clear();
      await server.request('DELETE', `${MAPS}/map-9`);
      const rest = await server.request('GET', `${MAPS}?limit=8&continue=${body.metadata.continue}`);
      expect(rest.body.items.map(({ metadata }) => metadata.name)).toEqual(['map-8', 'map-9']);
      await server.request('POST', MAPS, { metadata: { name: 'map-9', labels: { parity: 'odd', index: '9' } } });
    });

    it('answers 410 with a token for the rest where the state is gone for good', async () => {
      const { body } = await server.request('GET', `${MAPS}?limit=8`);
      await server.request('POST', MAPS, { metadata: { name: 'map-8-new' } });
      server.server.core.endpoints.resource('', 'configmaps').cache.snapshots.clear();
      await server.store.compact(await server.store.currentRevision());
      const expired = await server.request('GET', `${MAPS}?limit=8&continue=${body.metadata.continue}`);
      expect(expired.status).toBe(410);
      expect(expired.body.reason).toBe('Expired');
      expect(expired.body.message).toMatch(/^The provided continue parameter is too old to display a consistent list result\. /);
      const token = expired.body.metadata.continue ?? '';
      expect(decodeContinue(token)).toEqual({ revision: -1, start: 'map-7\0' });
      const rest = await server.request('GET', `${MAPS}?limit=2&continue=${token}`);
      expect(rest.body.items.map(({ metadata }) => metadata.name)).toEqual(['map-8', 'map-8-new']);
      const last = await server.request('GET', `${MAPS}?limit=2&continue=${rest.body.metadata.continue}`);
      expect(last.body.items.map(({ metadata }) => metadata.name)).toEqual(['map-9']);
      await server.request('DELETE', `${MAPS}/map-8-new`);
    });
  });

  describe('at a resource version', () => {
    let before: string;
    let after: string;

    beforeAll(async () => {
      before = (await server.request('GET', MAPS)).body.metadata.resourceVersion ?? '';
      const changed = await server.patch(`${MAPS}/map-0`, 'merge', { data: { i: 'changed' } });
      after = changed.body.metadata.resourceVersion ?? '';
    });

    const read = async (query: string): Promise<[number, string | undefined, string | undefined]> => {
      const { status, body } = await server.request('GET', `${MAPS}?${query}`);
      return [status, body.metadata.resourceVersion, body.items?.[0]?.data?.['i']];
    };

    it.each([
      ['', () => [200, after, 'changed']],
      ['resourceVersion=', () => [200, after, 'changed']],
      ['resourceVersion=0', () => [200, after, 'changed']],
      ['resourceVersion=BEFORE', () => [200, after, 'changed']],
      ['resourceVersion=BEFORE&resourceVersionMatch=NotOlderThan', () => [200, after, 'changed']],
      ['resourceVersion=BEFORE&resourceVersionMatch=Exact', () => [200, before, '0']],
      ['resourceVersion=AFTER&resourceVersionMatch=Exact', () => [200, after, 'changed']],
      ['resourceVersion=0&limit=3', () => [200, after, 'changed']],
      ['limit=3', () => [200, after, 'changed']],
      ['resourceVersion=BEFORE&limit=3', () => [200, before, '0']],
      ['resourceVersion=BEFORE&limit=3&resourceVersionMatch=NotOlderThan', () => [200, after, 'changed']],
      ['resourceVersion=BEFORE&limit=3&resourceVersionMatch=Exact', () => [200, before, '0']],
    ])('%s', async (query, expected) => {
      expect(await read(query.replace('BEFORE', before).replace('AFTER', after))).toEqual(expected());
    });

    it.each(['', '&limit=3', '&resourceVersionMatch=NotOlderThan', '&resourceVersionMatch=Exact'])(
      'answers 504 for one that is yet to come%s',
      async (query) => {
        const { status, body, headers } = await server.request('GET', `${MAPS}?resourceVersion=1000000${query}`);
        expect(status).toBe(504);
        // Who wants that very version is answered by the store, which is not waited for.
        const retry = query === '' || query.includes('NotOlderThan') ? { retryAfterSeconds: 1 } : {};
        expect(headers['retry-after']).toBe(retry.retryAfterSeconds?.toString());
        expect(body).toMatchObject({
          reason: 'Timeout',
          message: `Timeout: Too large resource version: 1000000, current: ${after}`,
          details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], ...retry },
        });
      },
    );

    it('gets one object not older than asked', async () => {
      for (const version of ['', '0', before, after]) {
        const { status, body } = await server.request('GET', `${MAPS}/map-0?resourceVersion=${version}`);
        expect([status, body.data]).toEqual([200, { i: 'changed' }]);
      }
      expect((await server.request('GET', `${MAPS}/map-0?resourceVersion=1000000`)).status).toBe(504);
    });

    it.each(['x', '-1', '1.5', '99999999999999999999'])('refuses the resource version %s', async (version) => {
      const problem = `resourceVersion: Invalid value: "${version}": strconv.ParseUint: parsing "${version}": ${version.startsWith('99') ? 'value out of range' : 'invalid syntax'}`;
      const listed = await server.request('GET', `${MAPS}?resourceVersion=${version}`);
      expect([listed.status, listed.body.reason, listed.body.message]).toEqual([400, 'BadRequest', `invalid resource version: ${problem}`]);
      // Of one object, upstream takes it for an error of its own.
      const got = await server.request('GET', `${MAPS}/map-0?resourceVersion=${version}`);
      expect([got.status, got.body.reason, got.body.message]).toEqual([500, undefined, problem]);
    });

    it('answers 410 for an exact one that has been forgotten', async () => {
      await server.store.compact(await server.store.currentRevision());
      server.server.core.endpoints.resource('', 'configmaps').cache.snapshots.clear();
      const { status, body } = await server.request('GET', `${MAPS}?resourceVersion=${before}&resourceVersionMatch=Exact`);
      expect([status, body.reason, body.message]).toEqual([410, 'Expired', `The resourceVersion for the provided list is too old.`]);
    });
  });
});

describe('consistency under concurrent writes', () => {
  it('pages never miss or repeat an object that is there all the time', async () => {
    await using server = await TestServer.start();
    const fixed = Array.from({ length: 40 }, (_, i) => `fixed-${String(i).padStart(2, '0')}`);
    await Promise.all(fixed.map((name) => server.request('POST', MAPS, { metadata: { name } })));
    let isWriting = true;
    const writer = (async () => {
      for (let i = 0; isWriting; i += 1) {
        const name = `fixed-${String(i % 40).padStart(2, '0')}-x`;
        await server.request('POST', MAPS, { metadata: { name } });
        await server.patch(`${MAPS}/fixed-${String(i % 40).padStart(2, '0')}`, 'merge', { data: { i: String(i) } });
        await server.request('DELETE', `${MAPS}/${name}`);
      }
    })();
    for (let round = 0; round < 10; round += 1) {
      const seen: string[] = [];
      let query = 'limit=7';
      for (;;) {
        const { body } = await server.request('GET', `${MAPS}?${query}`);
        seen.push(...body.items.map(({ metadata }) => metadata.name ?? ''));
        if (!body.metadata.continue) break;
        query = `limit=7&continue=${body.metadata.continue}`;
      }
      expect(seen.filter((name) => !name.endsWith('-x'))).toEqual(fixed);
      expect(new Set(seen).size).toBe(seen.length);
    }
    isWriting = false;
    await writer;
  });

  it('a read sees every write acknowledged before it', async () => {
    await using server = await TestServer.start();
    for (let i = 0; i < 50; i += 1) {
      const created = await server.request('POST', MAPS, { metadata: { name: `map-${i}` } });
      expect((await server.request2('GET', `${MAPS}/map-${i}`)).body).toEqual(created.body);
      expect((await server.request('GET', MAPS)).body.items).toHaveLength(i + 1);
    }
  });
});
