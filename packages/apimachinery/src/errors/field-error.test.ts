import {
  duplicate,
  type FieldError,
  fieldErrorMessage,
  forbidden,
  internalError,
  invalid,
  notFound,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
} from './field-error';
import { FieldPath } from './field-path';

const path = FieldPath.of('spec', 'containers').index(0).child('env').key('a/b');

it.each<[FieldError, string]>([
  [required(path), 'Required value'],
  [required(path, 'say why'), 'Required value: say why'],
  [invalid(path, 'a"b\n', 'must be nice'), 'Invalid value: "a\\"b\\n": must be nice'],
  [invalid(path, 3, ''), 'Invalid value: 3'],
  [invalid(path, undefined, 'x'), 'Invalid value: null: x'],
  [invalid(path, { a: [1] }, 'x'), 'Invalid value: {"a":[1]}: x'],
  [typeInvalid(path, 'x', 'must be a number'), 'Invalid value: "x": must be a number'],
  [forbidden(path, 'no'), 'Forbidden: no'],
  [duplicate(path, 'x'), 'Duplicate value: "x"'],
  [notFound(path, 'x'), 'Not found: "x"'],
  [notSupported(path, 'x', ['a', 'b']), 'Unsupported value: "x": supported values: "a", "b"'],
  [notSupported(path, 'x', []), 'Unsupported value: "x"'],
  [tooLong(path, 10), 'Too long: may not be more than 10 bytes'],
  [tooLong(path, 1), 'Too long: may not be more than 1 byte'],
  [tooLong(path, -1), 'Too long: value is too long'],
  [tooMany(path, 3, 2), 'Too many: 3: must have at most 2 items'],
  [tooMany(path, 3, 1), 'Too many: 3: must have at most 1 item'],
  [internalError(path, new Error('broken')), 'Internal error: broken'],
])('%#', (error, text) => {
  expect(fieldErrorMessage(error)).toBe(`spec.containers[0].env[a/b]: ${text}`);
});
