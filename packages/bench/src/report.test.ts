import { formatTable, isMet, type Row } from './report';

const row = (fields: Partial<Row>): Row => ({ what: 'get', unit: '1/s', ours: 60, reference: 100, ...fields });

describe('isMet', () => {
  it.each<[string, Partial<Row>, boolean | undefined]>([
    ['a ratio above its least', { goal: { of: 'ratio', atLeast: 0.55 } }, true],
    ['a ratio below its least', { ours: 50, goal: { of: 'ratio', atLeast: 0.55 } }, false],
    ['a ratio within its most', { ours: 120, goal: { of: 'ratio', atMost: 1.3 } }, true],
    ['a ratio above its most', { ours: 140, goal: { of: 'ratio', atMost: 1.3 } }, false],
    ['a figure above its most', { ours: 140, goal: { of: 'ours', atMost: 130 } }, false],
    ['no goal', {}, undefined],
  ])('%s', (_name, fields, expected) => {
    expect(isMet(row(fields))).toBe(expected);
  });

  it('does not meet a ratio without a reference', () => {
    expect(isMet({ what: 'get', unit: '1/s', ours: 60, goal: { of: 'ratio', atLeast: 0.5 } })).toBe(false);
  });
});

describe('formatTable', () => {
  it('aligns what there is and leaves out what there is not', () => {
    const table = formatTable([
      row({ ours: 23456.7, reference: 40000, goal: { of: 'ratio', atLeast: 0.55 } }),
      { what: 'memory', unit: 'MB', ours: 131.26, goal: { of: 'ours', atMost: 130 } },
      { what: 'start', unit: 's', ours: 0.346 },
    ]);
    expect(table.split('\n')).toEqual([
      'what          ours   reference  ratio       goal  met',
      '------  ----------  ----------  -----  ---------  ---',
      'get     23,457 1/s  40,000 1/s   0.59    >= 0.55  yes',
      'memory      131 MB                     <= 130 MB   NO',
      'start       0.35 s',
    ]);
  });
});
