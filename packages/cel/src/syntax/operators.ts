/** The names that operators have as functions. */
export const Operator = {
  conditional: '_?_:_',
  and: '_&&_',
  or: '_||_',
  not: '!_',
  negate: '-_',
  equals: '_==_',
  notEquals: '_!=_',
  less: '_<_',
  lessEquals: '_<=_',
  greater: '_>_',
  greaterEquals: '_>=_',
  add: '_+_',
  subtract: '_-_',
  multiply: '_*_',
  divide: '_/_',
  modulo: '_%_',
  in: '@in',
  index: '_[_]',
  optionalIndex: '_[?_]',
  optionalSelect: '_?._',
  notStrictlyFalse: '@not_strictly_false',
} as const;

/** Tokens of binary operators, from the loosest to the tightest. */
export const BINARY_LEVELS: readonly ReadonlyMap<string, string>[] = [
  new Map([['||', Operator.or]]),
  new Map([['&&', Operator.and]]),
  new Map([
    ['==', Operator.equals],
    ['!=', Operator.notEquals],
    ['<', Operator.less],
    ['<=', Operator.lessEquals],
    ['>', Operator.greater],
    ['>=', Operator.greaterEquals],
    ['in', Operator.in],
  ]),
  new Map([
    ['+', Operator.add],
    ['-', Operator.subtract],
  ]),
  new Map([
    ['*', Operator.multiply],
    ['/', Operator.divide],
    ['%', Operator.modulo],
  ]),
];
