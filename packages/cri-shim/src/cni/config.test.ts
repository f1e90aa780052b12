import { parseNetwork } from './config';

describe('parseNetwork', () => {
  it('reads a list', () => {
    const text = JSON.stringify({ cniVersion: '1.0.0', name: 'pods', plugins: [{ type: 'bridge', bridge: 'b0' }, { type: 'portmap' }] });
    expect(parseNetwork('a.conflist', text)).toEqual({ cniVersion: '1.0.0', name: 'pods', plugins: [{ type: 'bridge', bridge: 'b0' }, { type: 'portmap' }] });
  });

  it('takes a single plugin for a list of one', () => {
    expect(parseNetwork('a.conf', '{"name":"n","type":"bridge"}').plugins).toEqual([{ name: 'n', type: 'bridge' }]);
  });

  it.each([
    ['{"plugins":[{"type":"bridge"}]}', "no 'name'"],
    ['{"name":"n","plugins":[]}', 'no plugins in list'],
    ['{"name":"n","plugins":[{}]}', "missing 'type'"],
    ['[]', 'not an object'],
  ])('refuses %s', (text, error) => expect(() => parseNetwork('x', text)).toThrow(error));
});
