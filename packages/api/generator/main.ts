import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assembleDefinitions } from './assemble.js';
import { emitTypes } from './emit-types.js';
import { findInputs } from './inputs.js';

const api = join(__dirname, '..', '..');
const definitions = assembleDefinitions(findInputs(api));
for (const [module, text] of emitTypes(definitions)) {
  const file = join(api, 'src', 'generated', 'types', `${module}.ts`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
