import { goQuote } from './go-quote';

describe('goQuote', () => {
  it.each([
    ['', '""'],
    ['abc', '"abc"'],
    ['say "hi" \\', '"say \\"hi\\" \\\\"'],
    ['a\nb\tc\u0007', '"a\\nb\\tc\\a"'],
    ['\u0000\u001f\u007f', '"\\x00\\x1f\\x7f"'],
    ['grüße 世界 😀', '"grüße 世界 😀"'],
    ['\u00a0\u200b', '"\\u00a0\\u200b"'],
    ['\ud800', '"\\ufffd"'],
  ])('quotes %j', (text, quoted) => {
    expect(goQuote(text)).toBe(quoted);
  });
});
