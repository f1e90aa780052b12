import { type FieldError, type FieldPath, invalid, required, tooLong } from '@typekube/apimachinery';
import type { resourcev1 } from '../../types';
import { validateDeviceSelector } from '../cel/device-selector';
import { byteLength } from '../text/text';
import { validateSlice } from './collections';
import { validateDriverName } from './names';

const MAX_PARAMETERS_BYTES = 10 * 1024;
const MAX_EXPRESSION_BYTES = 10 * 1024;
const MAX_SELECTORS = 32;

/** Whether a value was stored before: then limits that came later do not apply. */
export interface StoredOption {
  readonly stored: boolean;
}

/** The selectors of devices: expressions that compile, and cost no more than they may. Those that are stored may stay. */
export function validateSelectors(
  selectors: readonly resourcev1.DeviceSelector[] | undefined,
  path: FieldPath,
  { stored }: StoredOption,
): FieldError[] {
  return validateSlice(
    selectors,
    MAX_SELECTORS,
    ({ cel }, at) => {
      if (!cel) return [required(at.child('cel'))];
      const expression = at.child('cel', 'expression');
      if (stored) return [];
      const text = cel.expression ?? '';
      return byteLength(text) > MAX_EXPRESSION_BYTES ? [tooLong(expression, MAX_EXPRESSION_BYTES)] : validateDeviceSelector(text, expression);
    },
    path,
  );
}

/** What a driver is told about devices: an object that only it understands. */
export function validateConfiguration(
  { opaque }: { readonly opaque?: resourcev1.OpaqueDeviceConfiguration },
  path: FieldPath,
  { stored }: StoredOption,
): FieldError[] {
  if (!opaque) return [required(path.child('opaque'))];
  return [
    ...validateDriverName(opaque.driver, path.child('opaque', 'driver')),
    ...validateRawObject(opaque.parameters, path.child('opaque', 'parameters'), stored ? undefined : MAX_PARAMETERS_BYTES),
  ];
}

/** A free-form value that must be an object, of at most `maxBytes` as JSON. */
export function validateRawObject(value: unknown, path: FieldPath, maxBytes: number | undefined): FieldError[] {
  if (value === undefined || value === null) return [required(path)];
  if (maxBytes !== undefined && byteLength(JSON.stringify(value)) > maxBytes) return [tooLong(path, maxBytes)];
  const isObject = typeof value === 'object' && !Array.isArray(value);
  return isObject ? [] : [invalid(path, '<value omitted>', 'must be a valid JSON object')];
}
