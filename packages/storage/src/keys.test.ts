import { checkKey, compareKeys, hasPlainOrder, rangeMatcher } from './keys';
import { prefixEnd } from './store';

const SAMPLE = ['', 'a', 'a\0', 'a/', 'a0', 'aa', 'b', 'é', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}', 'a😀', 'a\uffee', '/registry/pods/x'];

describe('the order of keys', () => {
  it('is that of their bytes', () => {
    for (const a of SAMPLE) {
      for (const b of SAMPLE) {
        const expected = Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect([a, b, Math.sign(compareKeys(a, b))]).toEqual([a, b, expected]);
        if (hasPlainOrder(a)) expect([a, b, a < b]).toEqual([a, b, expected < 0]);
      }
    }
  });

  it('decides what is in a range', () => {
    for (const start of SAMPLE) {
      for (const end of SAMPLE) {
        const matches = rangeMatcher(start, end);
        for (const key of SAMPLE) {
          expect(matches(key)).toBe(compareKeys(start, key) <= 0 && compareKeys(key, end) < 0);
        }
      }
    }
  });
});

describe('prefixEnd', () => {
  it.each([
    ['/registry/pods/', '/registry/pods0'],
    ['a\u007f', 'a\u0080'],
    ['a\ud7ff', 'a\ue000'],
    ['a\uffff', 'a\u{10000}'],
    ['a😀', 'a😁'],
    ['a\u{10ffff}', 'b'],
  ])('of %j is %j', (prefix, end) => {
    expect(prefixEnd(prefix)).toBe(end);
    const inside = rangeMatcher(prefix, end);
    for (const rest of SAMPLE) expect(inside(prefix + rest)).toBe(true);
    expect(inside(end)).toBe(false);
  });

  it.each(['', '\u{10ffff}'])('of %j does not exist', (prefix) => {
    expect(() => prefixEnd(prefix)).toThrow(RangeError);
  });
});

describe('checkKey', () => {
  it.each(['/a', '\0', '😀', 'a\uffff'])('takes %j', (key) => expect(checkKey(key)).toBeUndefined());
  it.each(['', '\ud800', 'a\udc00b'])('refuses %j', (key) => expect(() => checkKey(key)).toThrow(RangeError));
});
