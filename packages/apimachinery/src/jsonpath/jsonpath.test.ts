import { JsonPath } from './jsonpath';

const store = {
  kind: 'List',
  name: 'jsonpath',
  open: true,
  count: 3,
  price: 8.95,
  nothing: null,
  labels: { 'web/html': 'yes', 'k8s.io/app': 'shop' },
  bicycles: [
    { color: 'red', price: 19.95, isNew: true },
    { color: 'green', price: 20.01, isNew: false },
    { color: 'blue', price: 7 },
  ],
  nested: { b: 1, a: [1, { z: 1, y: 2 }] },
  words: ['a', 'b', 'c', 'd', 'e'],
  empty: [],
};

function print(template: string, allowMissingKeys = false): string {
  return new JsonPath(template, { allowMissingKeys }).print(store);
}

describe('JsonPath', () => {
  it.each([
    ['hello', 'hello'],
    ['hello {.name}!', 'hello jsonpath!'],
    ['{.kind}', 'List'],
    ['{$.kind}', 'List'],
    ['{@.kind}', 'List'],
    ['{"quoted"} {\'text\\n\'}', 'quoted text\n'],
    ["{.labels['web/html']}", 'yes'],
    ["{.labels.k8s\\.io/app}", 'shop'],
    ["{.labels['k8s\\.io/app']}", 'shop'],
    ['{.words[0]}', 'a'],
    ['{.words[-1]}', 'e'],
    ['{.words[-2:]}', 'd e'],
    ['{.words[1:3]}', 'b c'],
    ['{.words[:2]}', 'a b'],
    ['{.words[0:5:2]}', 'a c e'],
    ['{.words[*]}', 'a b c d e'],
    ['{.words[0,2]}', 'a c'],
    ['{.words[2:2]}', ''],
    ['{.words}', '["a","b","c","d","e"]'],
    ['{.nested}', '{"a":[1,{"y":2,"z":1}],"b":1}'],
    ["{.bicycles[0]['color','price']}", 'red 19.95'],
    ['{.bicycles[*].color}', 'red green blue'],
    ['{.bicycles[?(@.color=="green")].price}', '20.01'],
    ['{.bicycles[?(@.color != "green")].color}', 'red blue'],
    ['{.bicycles[?(@.price>19.95)].color}', 'green'],
    ['{.bicycles[?(@.price>=19.95)].color}', 'red green'],
    ['{.bicycles[?(@.price<10)].color}', 'blue'],
    ['{.bicycles[?(@.price<=7)].color}', 'blue'],
    ['{.bicycles[?(@.isNew)].color}', 'red green'],
    ['{.bicycles[?(@.color=="a)b")].color}', ''],
    ['{..color}', 'red green blue'],
    ['{...color}', 'red green blue'],
    ['{.labels..}', '{"k8s.io/app":"shop","web/html":"yes"} yes shop'],
    ['{range .labels.*}{@};{end}', 'yes;shop;'],
    ['{.bicycles[*][\'color\', \'price\']}', 'red green blue 19.95 20.01 7'],
    ['{.open} {.count} {.price} {.nothing}', 'true 3 8.95 null'],
    ['{range .bicycles[*]}{.color}:{.price}{"\\n"}{end}done', 'red:19.95\ngreen:20.01\nblue:7\ndone'],
    ['{range .bicycles[*]}{range .color}{@},{end};{end}', 'red,;green,;blue,;'],
    ['{range .empty[*]}{.x}{end}after', 'after'],
    ['{range .words[*]}{@}', 'abcde'],
    ['{1}{-2.5}{true}', '1-2.5true'],
    ['{ .kind }', 'List'],
    ['', ''],
  ])('%s', (template, want) => {
    expect(print(template)).toBe(want);
  });

  it.each([
    ['{.absent}', 'absent is not found'],
    ['{.name.x}', 'x is not found'],
    ['{.words[9]}', 'array index out of bounds: index 9, length 5'],
    ['{.words[-9]}', 'array index out of bounds: index -4, length 5'],
    ['{.words[0:9]}', 'array index out of bounds: index 8, length 5'],
    ['{.words[3:1]}', 'starting index 3 is greater than ending index 1'],
    ['{.words[0:3:0]}', 'step must be > 0'],
    ['{.name[0]}', 'string is not array or slice'],
    ['{.count[0]}', 'int64 is not array or slice'],
    ['{.nested[0]}', 'map[string]interface {} is not array or slice'],
    ['{.name[?(@.x==1)]}', 'jsonpath is not array or slice and cannot be filtered'],
    ['{.bicycles[?(@.color==1)]}', 'incompatible types for comparison'],
    ['{.bicycles[?(@.isNew<true)]}', 'invalid type for comparison'],
    ['{.bicycles[?(@.color=!"x")]}', 'unrecognized filter operator =!'],
    ['{.bicycles[?(@.*==1)]}', 'can only compare one element at a time'],
    ['{end}', 'not in range, nothing to end'],
    ['{hello}', 'unrecognized identifier hello'],
  ])('fails on %s', (template, message) => {
    expect(() => print(template)).toThrow(new Error(message));
  });

  it.each([
    ['{.a', 'unclosed action'],
    ['{.a\n}', 'unclosed action'],
    ['{', 'unclosed action'],
    ['{*}', "unrecognized character in action: U+002A '*'"],
    ['{[0}', 'unterminated array'],
    ['{.a[x]}', 'invalid array index x'],
    ['{.a[99999999999999999999]}', 'array index 99999999999999999999 is not a number'],
    ['{.a[?(@.b==1}', 'unterminated filter'],
    ['{.a[?(@.b==1)}', 'unclosed array expect ]'],
    ['{"x}', 'unterminated quoted string'],
    ['{"\\q"}', 'unquote string "\\q" error invalid syntax'],
    ['{....a}', 'invalid multiple recursive descent'],
    ['{1.2.3}', 'cannot parse number 1.2.3'],
  ])('refuses %j', (template, message) => {
    expect(() => new JsonPath(template)).toThrow(new Error(message));
  });

  it('lets keys be missing when told so', () => {
    expect(print('{.absent.deeper} {.kind}', true)).toBe(' List');
    expect(print('{.bicycles[?(@.isNew==true)].color}', true)).toBe('red');
    expect(print('{.constructor}', true)).toBe('');
  });

  it('gives one list of results a piece', () => {
    expect(new JsonPath('{.words[0:2]}-{.count}').findResults(store)).toEqual([['a', 'b'], ['-'], [3]]);
  });
});
