import { HealthEndpoint, pingCheck } from './health-checks';

const bad = {
  name: 'store',
  check(): Promise<void> {
    return Promise.reject(new Error('no quorum'));
  },
};
const contentType = 'text/plain; charset=utf-8';

describe('HealthEndpoint', () => {
  const healthy = new HealthEndpoint('readyz', [pingCheck, { name: 'log', check: async () => undefined }]);

  it('says ok, and more when asked', async () => {
    expect(await healthy.answer('')).toEqual({ status: 200, body: 'ok', contentType });
    expect(await healthy.answer('/')).toEqual({ status: 200, body: 'ok', contentType });
    expect((await healthy.answer('', new URLSearchParams('verbose')))?.body).toBe('[+]ping ok\n[+]log ok\nreadyz check passed\n');
    expect(await healthy.answer('/ping')).toEqual({ status: 200, body: 'ok', contentType });
    expect(await healthy.answer('/absent')).toBeUndefined();
  });

  it('keeps reasons from clients and tells them to the log', async () => {
    const failures: unknown[] = [];
    const endpoint = new HealthEndpoint('livez', [pingCheck], { onFailure: (name, error) => failures.push([name, error]) });
    endpoint.add(bad);
    expect(endpoint.names()).toEqual(['ping', 'store']);
    expect(await endpoint.answer('')).toEqual({
      status: 500,
      body: '[+]ping ok\n[-]store failed: reason withheld\nlivez check failed\n',
      contentType,
    });
    expect(await endpoint.answer('/store')).toEqual({ status: 500, body: 'internal server error: no quorum\n', contentType });
    expect(failures).toEqual([
      ['store', new Error('no quorum')],
      ['store', new Error('no quorum')],
    ]);
  });

  it('leaves out what is excluded', async () => {
    const endpoint = new HealthEndpoint('healthz', [pingCheck, bad]);
    expect((await endpoint.answer('', new URLSearchParams('exclude=store')))?.body).toBe('ok');
    expect((await endpoint.answer('', new URLSearchParams('exclude=store&exclude=x&verbose')))?.body).toBe(
      '[+]ping ok\n[+]store excluded: ok\nwarn: some health checks cannot be excluded: no matches for "x"\nhealthz check passed\n',
    );
  });
});
