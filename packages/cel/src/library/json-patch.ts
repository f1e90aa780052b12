import { fn, type Library } from '../env/declarations';
import { STRING } from '../types/cel-type';
import { text } from './arguments';

/** What expressions that give JSON patches have besides. */
export const JSON_PATCH: Library = [
  fn('jsonpatch.escapeKey', 'string_jsonpatch_escapeKey_string', [STRING], STRING, (key) => text(key).replaceAll('~', '~0').replaceAll('/', '~1')),
];
