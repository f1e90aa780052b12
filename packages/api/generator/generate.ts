import { join } from 'node:path';
import { applyOverlay } from './apply-overlay';
import { assembleDefinitions, type InputFolders } from './assemble';
import { describeReferences } from './describe-references';
import { emitProtobuf } from './emit-protobuf';
import { emitDescriptions, emitSchemas } from './emit-schemas';
import { emitTypes } from './emit-types';
import { readRequestOptions } from './request-options';

/** Where the TypeScript types go, within packages/api. */
export const TYPES = 'src/generated/types';

/** Everything the generator makes of its inputs, as text by path within packages/api. The same inputs give the same bytes. */
export function generate(inputs: InputFolders): Map<string, string> {
  const definitions = applyOverlay(describeReferences(assembleDefinitions(inputs)));
  return new Map([
    ...[...emitTypes(definitions)].map(([module, text]): [string, string] => [join(TYPES, `${module}.ts`), text]),
    ['generated/schemas.json', emitSchemas(definitions)],
    ['generated/protobuf.json', emitProtobuf(definitions)],
    ['generated/descriptions.json', emitDescriptions(definitions)],
    ['generated/request-options.json', `${JSON.stringify(readRequestOptions(inputs.clientNode), null, 1)}\n`],
  ]);
}
