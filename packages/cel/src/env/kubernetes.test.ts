import { estimateCost } from '../cost/static-cost';
import { compile } from '../program';
import { listOf, mapOf, STRING } from '../types/cel-type';
import { KUBERNETES } from './kubernetes';

const evaluate = (text: string): unknown => compile(text, KUBERNETES).evaluate(() => undefined, { cost: 1_000_000 }).value;

describe('Kubernetes libraries', () => {
  it.each([
    '[1, 2, 2].isSorted() && ![2, 1].isSorted() && [duration("1s"), duration("2s")].sum() == duration("3s")',
    '[1, 3, 2].max() == 3 && ["b", "a"].min() == "a" && [1, 2, 1].indexOf(1) == 0 && [1, 2, 1].lastIndexOf(1) == 2 && [].sum() == 0',
    '"abc 123".find("[0-9]+") == "123" && "a1b2".findAll("[0-9]") == ["1", "2"] && "a1b2".findAll("[0-9]", 1) == ["1"] && "abc".find("x") == ""',
    'url("https://user@example.com:8080/a%20b?k=v&k=w").getHost() == "example.com:8080"',
    'url("https://[::1]:80/").getHostname() == "::1" && url("https://[::1]:80/").getPort() == "80" && url("/path").getScheme() == ""',
    'url("https://h/?k=v&k=w").getQuery() == {"k": ["v", "w"]} && isURL("https://h") && !isURL("../a") && !isURL("https://a:b:c/")',
    'quantity("1Gi").isGreaterThan(quantity("1G")) && quantity("1500m").asApproximateFloat() == 1.5 && !quantity("1500m").isInteger()',
    'quantity("1k").add(quantity("1")).compareTo(quantity("1001")) == 0 && quantity("5").sub(2).asInteger() == 3 && isQuantity("1Ki") && !isQuantity("1.3Gii")',
    'quantity("200M") == quantity("0.2G") && quantity("-1").sign() == -1',
    'ip("192.168.0.1").family() == 4 && ip("::1").isLoopback() && isIP("::") && !isIP("010.0.0.1") && !isIP("::ffff:1.2.3.4") && !isIP("fe80::1%eth0")',
    'string(ip("2001:DB8::1")) == "2001:db8::1" && !ip.isCanonical("2001:DB8::1") && ip("169.254.1.1").isLinkLocalUnicast() && ip("224.0.0.1").isLinkLocalMulticast() && ip("8.8.8.8").isGlobalUnicast()',
    'cidr("10.0.0.0/8").containsIP("10.1.1.1") && !cidr("10.0.0.0/8").containsIP(ip("11.0.0.1")) && cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16") && !cidr("10.1.0.0/16").containsCIDR("10.0.0.0/8")',
    'cidr("10.1.2.3/8").masked() == cidr("10.0.0.0/8") && cidr("::/64").prefixLength() == 64 && string(cidr("10.1.2.3/8").ip()) == "10.1.2.3" && isCIDR("::/0") && !isCIDR("10.0.0.0/33")',
    'format.dns1123Label().validate("a-b") == optional.none() && format.named("uuid").value().validate("x").hasValue() && !format.named("none").hasValue()',
    'semver("1.2.3").isLessThan(semver("1.10.0")) && semver("1.0.0-alpha.2").compareTo(semver("1.0.0-alpha.10")) == -1 && semver("v1.2", true).minor() == 2 && !isSemver("v1.2") && isSemver("v1.2", true)',
    'sets.contains([1, 2], [2]) && sets.intersects([1], [1, 2]) && sets.equivalent([1, 1], [1]) && !sets.contains([1], [2])',
    '"a,b".split(",").join("-") == "a-b" && "%s %d".format([dyn("x"), 1]) == "x 1" && "Ab".lowerAscii() == "ab"',
    '{"a": 1}.transformList(k, v, k + string(v)) == ["a1"] && [1, 2].exists(i, v, i == 1 && v == 2)',
    '{"a": {"b": 1}}.?a.?b.orValue(0) == 1 && {"a": 1}[?"b"].orValue(2) == 2 && optional.of(1).optMap(x, x + 1).value() == 2',
  ])('%s', (text) => expect(evaluate(text)).toBe(true));

  it.each([
    ['[1, "a"]', "expected type 'int' but found 'string'"],
    ['"x".reverse()', "undeclared reference to 'reverse'"],
    ['math.abs(1)', "undeclared reference to 'math'"],
    ['cel.bind(x, 1, x)', 'undeclared reference'],
    ['quantity("x")', 'quantities must match the regular expression'],
    ['timestamp("x")', 'invalid timestamp argument'],
    ['1 + ', "Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"],
    ['(1', "Syntax error: missing ')' at '<EOF>'"],
    [`${'['.repeat(300)}${']'.repeat(300)}`, 'expression recursion limit exceeded: 250'],
    [`1${' + 1'.repeat(300)}`, 'max recursion depth exceeded'],
    ['1 / 0', 'division by zero'],
    ['9223372036854775807 + 1', 'integer overflow'],
  ])('%s fails', (text, message) => expect(() => evaluate(text)).toThrow(message));

  it('takes long chains of conditions', () => expect(evaluate(`true${' && true'.repeat(5000)}`)).toBe(true));

  it('ends what costs too much, also where an error would be passed over', () => {
    const list = `[${Array.from({ length: 100 }, (_, i) => i).join()}]`;
    expect(() => evaluate(`true || false ? ${list}.all(a, ${list}.all(b, ${list}.all(c, a + b + c >= 0))) || true : true`)).toThrow('actual cost limit exceeded');
  });

  it('ends what takes too long', () => {
    const list = `[${Array.from({ length: 200 }, (_, i) => i).join()}]`;
    const program = compile(`${list}.all(a, a >= 0)`, KUBERNETES);
    expect(() => program.evaluate(() => undefined, { interrupted: () => true })).toThrow('operation interrupted');
  });
});

describe('estimates of cost', () => {
  const environment = KUBERNETES.withVariables({ list: listOf(STRING), text: STRING, map: mapOf(STRING, STRING) });
  const sizes: Readonly<Record<string, number>> = { list: 10, 'list.@items': 20, text: 100, map: 5, 'map.@values': 8, 'map.@keys': 4 };
  it.each([
    ['1 < 2', 1, 1],
    ['text == "abc"', 2, 2],
    ['list.all(x, true)', 2, 32],
    ['list.all(x, x == "abc")', 2, 52],
    ['text.contains("abc")', 1, 11],
    ['text.matches("a*")', 2, 12],
    ['[1, 2, 3]', 10, 10],
    ['has(map.a)', 1, 1],
    ['size(list) > 1', 3, 3],
  ])('%s', (text, min, max) => {
    const range = estimateCost(compile(text, environment).checked, (path) => {
      const size = sizes[path.join('.')];
      return size === undefined ? undefined : { min: 0, max: size };
    });
    expect(range).toEqual({ min, max });
  });
});
