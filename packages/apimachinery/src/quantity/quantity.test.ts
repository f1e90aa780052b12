import { canonicalQuantity, newMilliQuantity, newQuantity, parseQuantity, QUANTITY_FORMAT_ERROR, QUANTITY_SUFFIX_ERROR } from './quantity';

describe('parseQuantity', () => {
  it.each([
    ['0', '0'], ['0n', '0'], ['0Ki', '0'], ['-0', '0'], ['0.0', '0'], ['.', '0'], ['-', '0'], ['00', '0'],
    ['1', '1'], ['12', '12'], ['-12', '-12'], ['+5', '+5'], ['100', '100'], ['1000', '1k'], ['10000', '10k'], ['1000000', '1M'],
    ['1n', '1n'], ['1u', '1u'], ['1m', '1m'], ['1k', '1k'], ['1M', '1M'], ['1G', '1G'], ['1T', '1T'], ['1P', '1P'], ['1E', '1E'],
    ['1000m', '1'], ['1500m', '1500m'], ['1.5', '1500m'], ['.5', '500m'], ['0.5', '500m'], ['1.', '1.'], ['0.001', '1m'], ['100m', '100m'],
    ['0.1m', '100u'], ['0.01m', '10u'], ['1.01', '1010m'], ['-1.5', '-1500m'], ['1.5k', '1500'], ['1.1M', '1100k'],
    ['1Ki', '1Ki'], ['8Ki', '8Ki'], ['1023', '1023'], ['1024Ki', '1Mi'], ['1536Mi', '1536Mi'], ['1.5Gi', '1536Mi'], ['0.5Ki', '512'],
    ['0.5Mi', '512Ki'], ['1000Ki', '1000Ki'], ['1Mi', '1Mi'], ['1Gi', '1Gi'], ['1Ti', '1Ti'], ['1Pi', '1Pi'], ['1Ei', '1Ei'],
    ['0.0001Ki', '102400u'], ['1.1Ki', '1126400m'], ['-1Ki', '-1Ki'], ['-0.5Mi', '-512Ki'],
    ['1e3', '1e3'], ['1E3', '1E3'], ['12e6', '12e6'], ['1.2e6', '1200e3'], ['1e1', '10'], ['1e0', '1e0'], ['10e3', '10e3'], ['1000e3', '1e6'],
    ['1e-3', '1e-3'], ['1e+3', '1e+3'], ['1e-9', '1e-9'], ['100e-1', '10'],
    ['0.1n', '1n'], ['1e-10', '1e-9'], ['-0.1n', '-1n'], ['1.0000000001', '1000000001n'], ['1e-1000000000', '1e-9'],
    ['9Ei', '9223372036854775807'], ['10Ei', '9223372036854775807'], ['-10Ei', '-9223372036854775807'], ['9223372036854775807', '9223372036854775807'],
    ['9223372036854775808', '9223372036854775808'], ['1000E', '1000E'], ['1e1000000000', '10e999999999'],
    ['3.001n', '4n'], ['1.1E-9', '2e-9'], ['0.00000012345', '124n'], ['0.000000000001Ki', '2n'], ['12E', '12E'], ['100.035k', '100.035k'],
    ['0.0005k', '500m'], ['.0001k', '100m'], ['1.G', '1.G'], ['100.035Ki', '102435840m'], ['0.05Gi', '53687091200m'], ['9223372036854775807Ki', '9223372036854775807'],
    ['1.234', '1.234'], ['1.500', '1.500'],
  ])('writes %j as %j', (text, canonical) => {
    expect(parseQuantity(text).toString()).toBe(canonical);
  });

  it.each([
    ['', QUANTITY_FORMAT_ERROR],
    [' 1', QUANTITY_FORMAT_ERROR],
    ['1 ', QUANTITY_FORMAT_ERROR],
    ['1.1.M', QUANTITY_FORMAT_ERROR],
    ['1+1.0M', QUANTITY_FORMAT_ERROR],
    ['0.1am', QUANTITY_FORMAT_ERROR],
    ['aoeu', QUANTITY_FORMAT_ERROR],
    ['1,5', QUANTITY_FORMAT_ERROR],
    ['--1', QUANTITY_SUFFIX_ERROR],
    ['0x10', QUANTITY_FORMAT_ERROR],
    [`${'0'.repeat(100_000)}x`, QUANTITY_FORMAT_ERROR],
    ['0.1mi', QUANTITY_SUFFIX_ERROR],
    ['.5i', QUANTITY_SUFFIX_ERROR],
    ['1i', QUANTITY_SUFFIX_ERROR],
    ['-3.01i', QUANTITY_SUFFIX_ERROR],
    ['-3.01e-', QUANTITY_SUFFIX_ERROR],
    ['1e', QUANTITY_SUFFIX_ERROR],
    ['1K', QUANTITY_SUFFIX_ERROR],
    ['1g', QUANTITY_FORMAT_ERROR],
    ['1ki', QUANTITY_SUFFIX_ERROR],
    ['1Ki5', QUANTITY_SUFFIX_ERROR],
    ['1e99999999999', QUANTITY_SUFFIX_ERROR],
  ])('refuses %p', (text, message) => {
    expect(() => parseQuantity(text)).toThrow(new Error(message));
  });

  it('remembers the format', () => {
    expect(['1', '1Ki', '1e3', '0.1Ki', '0.0001Ki'].map((text) => parseQuantity(text).format)).toEqual([
      'DecimalSI', 'BinarySI', 'DecimalExponent', 'BinarySI', 'DecimalSI',
    ]);
  });
});

describe('canonicalQuantity', () => {
  it.each<[string | number, string]>([
    [1, '1'], [0.5, '500m'], [1e21, '1e+21'], [' 100m ', '100m'], ['1024Mi', '1Gi'], [1500, '1500'],
  ])('of %j is %j', (value, want) => {
    expect(canonicalQuantity(value)).toBe(want);
  });
});

describe('arithmetic', () => {
  it.each([
    ['1', '1', '2'], ['0', '1Gi', '1Gi'], ['1Gi', '512Mi', '1536Mi'], ['100m', '900m', '1'], ['1n', '1G', '1000000000000000001n'],
    ['1', '-1', '0'], ['1Ki', '1', '1025'], ['1e3', '1', '1001'],
  ])('%s + %s = %s', (a, b, sum) => {
    expect(parseQuantity(a).add(parseQuantity(b)).toString()).toBe(sum);
    expect(parseQuantity(sum).sub(parseQuantity(b)).cmp(parseQuantity(a))).toBe(0);
  });

  it.each<[string, string, -1 | 0 | 1]>([
    ['0', '0Ki', 0], ['1', '1000m', 0], ['1Ki', '1k', 1], ['1k', '1Ki', -1], ['-1', '1', -1], ['-2', '-1', -1], ['-1', '-2', 1], ['-100', '-1', -1],
    ['1.5Gi', '1536Mi', 0], ['1e1000000000', '1', 1], ['-1e1000000000', '1n', -1], ['1n', '2n', -1], ['999m', '1', -1],
  ])('cmp(%s, %s) is %d', (a, b, want) => {
    expect(parseQuantity(a).cmp(parseQuantity(b))).toBe(want);
  });

  it.each<[string, bigint, bigint]>([
    ['1', 1n, 1000n], ['1m', 1n, 1n], ['1500m', 2n, 1500n], ['-1500m', -2n, -1500n], ['1Gi', 1073741824n, 1073741824000n], ['100n', 1n, 1n],
    ['1e1000000000', 2n ** 63n - 1n, 2n ** 63n - 1n], ['0', 0n, 0n], ['8E', 8n * 10n ** 18n, 2n ** 63n - 1n],
  ])('%s: value %d, milli value %d', (text, value, milli) => {
    expect(parseQuantity(text).value()).toBe(value);
    expect(parseQuantity(text).milliValue()).toBe(milli);
  });

  it('knows sign and zero', () => {
    expect(['-1', '0', '1Ki'].map((text) => parseQuantity(text).sign)).toEqual([-1, 0, 1]);
    expect(parseQuantity('0Gi').isZero).toBe(true);
    expect(parseQuantity('1Ki').neg().toString()).toBe('-1Ki');
    expect(parseQuantity('100m').mul(3n).toString()).toBe('300m');
    expect(parseQuantity('1.5').toNumber()).toBe(1.5);
  });

  it('is made from numbers', () => {
    expect(newQuantity(2048, 'BinarySI').toString()).toBe('2Ki');
    expect(newMilliQuantity(1500n, 'DecimalSI').toString()).toBe('1500m');
    expect(newMilliQuantity(1500n, 'BinarySI').toString()).toBe('1500m');
    expect(JSON.stringify({ cpu: newMilliQuantity(250, 'DecimalSI') })).toBe('{"cpu":"250m"}');
  });

  it('does not fill the memory for a sum of numbers far apart', () => {
    expect(() => parseQuantity('1e1000000000').add(parseQuantity('1'))).toThrow(RangeError);
  });
});
