import { formatDiff } from './diff';
import { semanticEqual } from './semantic-equal';

describe('semanticEqual', () => {
  it.each([
    [undefined, undefined, true],
    [undefined, null, true],
    [undefined, [], true],
    [undefined, {}, true],
    [{ a: [] }, {}, true],
    [undefined, '', false],
    [undefined, 0, false],
    ['a', 'a', true],
    [[1, 2], [2, 1], false],
    [{ a: { b: [1] } }, { a: { b: [1] } }, true],
    [{ a: { b: [1] } }, { a: { b: [2] } }, false],
    [[1], { 0: 1 }, false],
  ])('of %j and %j is %s', (a, b, equal) => {
    expect(semanticEqual(a, b)).toBe(equal);
    expect(semanticEqual(b, a)).toBe(equal);
  });
});

describe('formatDiff', () => {
  it('shows the fields that differ and counts the others', () => {
    expect(formatDiff('core.Spec', { a: 1, b: 'x' }, { a: 1, b: 'y', c: true })).toBe(
      '  core.Spec{\n  \t... // 1 identical field\n- \tb: "x",\n+ \tb: "y",\n+ \tc: true,\n  }\n',
    );
  });
});
