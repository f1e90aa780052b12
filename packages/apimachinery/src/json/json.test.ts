import fc from 'fast-check';
import { findDuplicateFields } from './duplicate-fields';
import { encodeJson } from './encode';
import { parseJson } from './parse';
import { parseStrictly } from './strict-parser';
import { JsonSyntaxError } from './syntax-error';

fc.configureGlobal({ seed: 36 });

describe('parseJson', () => {
  it.each([
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{"a', 'unexpected end of JSON input'],
    ['[1,', 'unexpected end of JSON input'],
    ['tru', 'unexpected end of JSON input'],
    ['-', 'unexpected end of JSON input'],
    ['x', "invalid character 'x' looking for beginning of value"],
    ['[,]', "invalid character ',' looking for beginning of value"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['{x', "invalid character 'x' looking for beginning of object key string"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['{} {}', "invalid character '{' after top-level value"],
    ['truth', "invalid character 't' in literal true (expecting 'e')"],
    ['nul1', "invalid character '1' in literal null (expecting 'l')"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"\u0001"', "invalid character '\\x01' in string literal"],
    ['"\\q"', "invalid character 'q' in string escape code"],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['-a', "invalid character 'a' in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1ex', "invalid character 'x' in exponent of numeric literal"],
    ['012', "invalid character '1' after top-level value"],
    ["'a'", "invalid character '\\'' looking for beginning of value"],
    ['é', "invalid character 'Ã' looking for beginning of value"],
    ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
    ['[1e999]', 'json: cannot unmarshal number 1e999 into Go value of type float64'],
  ])('refuses %j with the text of Go', (text, message) => {
    expect(() => parseJson(text)).toThrow(new JsonSyntaxError(message));
    expect(() => parseJson(Buffer.from(text))).toThrow(new JsonSyntaxError(message));
  });

  it.each([
    ['9007199254740991', 9007199254740991],
    ['[9007199254740993]', [9007199254740993n]],
    ['{"a":-9223372036854775808}', { a: -9223372036854775808n }],
    ['{"a": 9223372036854775808}', { a: 2 ** 63 }],
    ['{"a":12345678901234567.5}', { a: 12345678901234568 }],
    ['"a 9007199254740993"', 'a 9007199254740993'],
    ['{"a":[], "b":{} , "c":[true,false,null,1e3]}', { a: [], b: {}, c: [true, false, null, 1000] }],
    ['"\\ud800"', '\ufffd'],
    ['"\\ud83d\\ude00"', '😀'],
  ])('reads %s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it('replaces every invalid byte, as Go does', () => {
    expect(parseJson(Buffer.from([0x22, 0xe2, 0x82, 0x41, 0xff, 0x22]))).toBe('\ufffd\ufffdA\ufffd');
    expect(parseJson(Buffer.from([0x22, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80, 0xf0, 0x9f, 0x22]))).toBe('é😀\ufffd\ufffd');
  });

  it('limits the depth', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(() => parseJson(nested(10_001))).toThrow(new JsonSyntaxError('exceeded max depth'));
    expect(encodeJson(parseJson(nested(10_000)))).toBe(nested(10_000));
    expect(parseJson(`["${'['.repeat(20_000)}"]`)).toEqual(['['.repeat(20_000)]);
  });

  it('throws nothing but JsonSyntaxErrors, whatever the bytes', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.constantFrom('{"a":', '[', ']', '}', '"', '1e400', '\\ud800').map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        try {
          parseJson(Buffer.concat(pieces));
        } catch (error) {
          expect(error).toBeInstanceOf(JsonSyntaxError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['{"__proto__":{"polluted":true}}', '{"__proto__":{"polluted":9007199254740993}}'])(
    'keeps __proto__ as data: %s',
    (text) => {
      const value = parseJson(text);
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(Object.keys(value as object)).toEqual(['__proto__']);
      expect('polluted' in {}).toBe(false);
      expect(encodeJson(value)).toBe(text);
    },
  );
});

describe('the strict parser', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6, noUnicodeString: false }), (text) => {
        expect(encodeJson(parseStrictly(text))).toBe(encodeJson(JSON.parse(text)));
      }),
    );
  });

  it('refuses exactly what JSON.parse refuses', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"', '1', '-', '.', 'e', 'true', 'nul', ' ', '\\', '0');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        expect(refuses(() => parseStrictly(text))).toBe(refuses(() => JSON.parse(text)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('encodeJson', () => {
  it.each([
    [{ a: [1n, 'x', null, undefined], b: undefined, c: {} }, '{"a":[1,"x",null,null],"c":{}}'],
    [9007199254740993n, '9007199254740993'],
    [{ a: 1 }, '{"a":1}'],
    [undefined, 'null'],
  ])('writes %p', (value, text) => {
    expect(encodeJson(value)).toBe(text);
  });

  it('refuses a cycle', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => encodeJson(cycle)).toThrow(TypeError);
  });
});

describe('findDuplicateFields', () => {
  it.each([
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}', []],
    ['{"spec":{"replicas":1,"replicas":2}}', ['spec.replicas']],
    ['{"spec":{"containers":[{"name":"a"},{"name":"b", "image" : "i", "name":"c"}]}}', ['spec.containers[1].name']],
    ['{"a":1,"a":2,"a":3,"b":1,"b":1}', ['a', 'b']],
    ['{"a\\u0062":1,"ab":2}', ['ab']],
    ['{"a":"},{\\"a\\":\\\\","b":[[1,2],{"x":[],"x":{}}]}', ['b[1].x']],
    ['{"metadata":{"labels":{"app":"a","app":"b"}},"metadata":{"labels":{}}}', ['metadata.labels.app', 'metadata']],
    ['[{"a":{},"a":{}}]', ['[0].a']],
    ['{"__proto__":1,"__proto__":2,"constructor":1}', ['__proto__']],
    ['{"a" :1,"a" : 2,"b":":\\":"}', ['a']],
    ['"text"', []],
    ['{}', []],
  ])('%s', (text, paths) => {
    expect(findDuplicateFields(text)).toEqual(paths);
    expect(findDuplicateFields(text, parseJson(text))).toEqual(paths);
  });

  it('finds none in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(findDuplicateFields(text)).toEqual([]);
        expect(findDuplicateFields(text, parseJson(text))).toEqual([]);
      }),
    );
  });
});

function refuses(parse: () => unknown): boolean {
  try {
    parse();
    return false;
  } catch {
    return true;
  }
}
