import { CONVERSION_FUNCTIONS } from '../library/conversions';
import { OPERATORS } from '../library/operators';
import { STANDARD_STRINGS } from '../library/standard-strings';
import { STANDARD_TIMES } from '../library/standard-times';
import type { Library } from './declarations';

/** What the language has without any extension. */
export const STANDARD_LIBRARIES: readonly Library[] = [OPERATORS, CONVERSION_FUNCTIONS, STANDARD_STRINGS, STANDARD_TIMES];
