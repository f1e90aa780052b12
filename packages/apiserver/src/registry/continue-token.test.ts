import { decodeContinue, encodeContinue } from './continue-token';

function token(content: unknown): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

describe('continue tokens', () => {
  it.each([
    ['a page of ours', encodeContinue({ revision: 5, start: 'default/a\0' }), { revision: 5, start: 'default/a\0' }],
    ['a page of upstream\'s cache, with a leading slash', token({ v: 'meta.k8s.io/v1', rv: 5, start: '/a\0' }), { revision: 5, start: 'a\0' }],
    ['an inconsistent one', encodeContinue({ revision: -1, start: 'a' }), { revision: -1, start: 'a' }],
  ])('lead on from %s', (_what, text, expected) => {
    expect(decodeContinue(text)).toEqual(expected);
  });

  it.each([
    [{ v: 'meta.k8s.io/v2', rv: 1, start: 'a' }, 'server does not recognize this encoded version meta.k8s.io/v2'],
    [{ rv: 1, start: 'a' }, 'server does not recognize this encoded version '],
    [{ v: 'meta.k8s.io/v1', start: 'a' }, 'incorrect encoded start resourceVersion (version meta.k8s.io/v1)'],
    [{ v: 'meta.k8s.io/v1', rv: 1 }, 'encoded start key empty (version meta.k8s.io/v1)'],
    [{ v: 'meta.k8s.io/v1', rv: '1', start: 'a' }, 'json: cannot unmarshal string into Go struct field continueToken.rv of type int64'],
    [{ v: 'meta.k8s.io/v1', rv: 1.5, start: 'a' }, 'json: cannot unmarshal number 1.5 into Go struct field continueToken.rv of type int64'],
    [{ v: 'meta.k8s.io/v1', rv: 1, start: true }, 'json: cannot unmarshal bool into Go struct field continueToken.start of type string'],
    [[], 'json: cannot unmarshal array into Go value of type storage.continueToken'],
    [{ v: 'meta.k8s.io/v1', rv: 1, start: '../a' }, '../a'],
    [{ v: 'meta.k8s.io/v1', rv: 1, start: 'a//b' }, 'a//b'],
    [{ v: 'meta.k8s.io/v1', rv: 1, start: './a' }, './a'],
  ])('are refused where they are %j', (content, problem) => {
    expect(() => decodeContinue(token(content))).toThrow(`invalid continue token: continue key is not valid: ${problem}`);
  });
});
