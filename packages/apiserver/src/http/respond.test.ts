import { TestServer } from '../testing';

const MAPS = '/api/v1/namespaces/default/configmaps';

describe('a long answer', () => {
  it('comes whole over HTTP/1.1 and HTTP/2, to several clients at once', async () => {
    await using server = await TestServer.start();
    const big = 'x'.repeat(900_000);
    for (const name of ['a', 'b', 'c']) await server.request('POST', MAPS, { metadata: { name }, data: { big } });
    const answers = await Promise.all([1, 2, 3].flatMap(() => [server.request('GET', MAPS), server.request2('GET', MAPS)]));
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect((body.items as unknown as { data: { big: string } }[]).map(({ data }) => data.big === big)).toEqual([true, true, true]);
    }
  });
});
