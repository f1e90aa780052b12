import { MetricsTextError, parseMetricsText } from './metrics-text';

const read = (text: string): unknown[] => [...parseMetricsText(text)];

it.each([
  ['a 1', { name: 'a', labels: {}, value: 1, time: undefined }],
  ['a_total{} 1.5e3 1767225600000', { name: 'a_total', labels: {}, value: 1500, time: 1767225600000 }],
  ['a{b="c",d="e",} +Inf', { name: 'a', labels: { b: 'c', d: 'e' }, value: Infinity, time: undefined }],
  ['  a {b = "c"}\t.5\t-1', { name: 'a', labels: { b: 'c' }, value: 0.5, time: -1 }],
  ['a{b="x} 7 \\"\\\\\\n"}2', { name: 'a', labels: { b: 'x} 7 "\\\n' }, value: 2, time: undefined }],
  ['a{__proto__="x"} 1', { name: 'a', labels: JSON.parse('{"__proto__":"x"}'), value: 1, time: undefined }],
])('reads %j', (line, sample) => {
  expect(read(line)).toEqual([sample]);
});

it('reads NaN, and passes over comments and empty lines', () => {
  expect(read('# HELP a b\r\n\n# TYPE a counter\na NaN\r\nb 2')).toEqual([
    { name: 'a', labels: {}, value: NaN, time: undefined },
    { name: 'b', labels: {}, value: 2, time: undefined },
  ]);
});

it.each([
  ['<html>', 'line 1: a name was expected'],
  ['a', 'line 1: value "" is no number'],
  ['ok 1\na 0x10', 'line 2: value "0x10" is no number'],
  ['a 1 2 3', 'line 1: value "" is no number'],
  ['a{b="c" 1', 'line 1: the labels have no end'],
  ['a{b="c"d="e"} 1', 'line 1: the labels cannot be read'],
  ['a{b="\\x"} 1', 'line 1: the labels cannot be read'],
  ['a{b="1",b="2"} 1', 'line 1: label b comes twice'],
])('refuses %j', (text, message) => {
  expect(() => read(text)).toThrow(MetricsTextError);
  expect(() => read(text)).toThrow(message);
});
