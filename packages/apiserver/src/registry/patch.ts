import {
  applyJsonPatch,
  applyMergePatch,
  findDuplicateFields,
  type KubeObject,
  newBadRequest,
  newUnsupportedMediaType,
  parseJson,
  PatchError,
  type Schema,
  StatusError,
  strategicMergePatch,
} from '@typekube/apimachinery';
import { mediaType, type ParsedBody } from '../http/parse-body';

/** Applies the patch to an object (in the version the client speaks) and gives the result to be decoded. */
export type Patch = (current: KubeObject) => ParsedBody;

type Algorithm = (document: KubeObject, patch: unknown, schema: Schema) => unknown;

const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  'application/json-patch+json': applyJsonPatch,
  'application/merge-patch+json': applyMergePatch,
  'application/strategic-merge-patch+json': (document, patch, schema) => strategicMergePatch({ ...document }, patch, schema),
};

/** Reads a patch of the type its Content-Type names. Fails with 415 for other types, with 400 for broken text. */
export function readPatch(schema: Schema, body: Buffer, contentType: string | undefined): Patch {
  const algorithm = ALGORITHMS[mediaType(contentType)];
  if (!algorithm) {
    throw newUnsupportedMediaType(
      `the body of the request was in an unknown format - accepted media types include: ${Object.keys(ALGORITHMS).join(', ')}`,
    );
  }
  const patch = parse(body);
  const duplicates = findDuplicateFields(body.toString('utf8'));
  return (current) => ({ value: apply(algorithm, current, patch, schema), duplicateFields: () => duplicates });
}

function parse(body: Buffer): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    throw newBadRequest((error as Error).message, { cause: error });
  }
}

function apply(algorithm: Algorithm, current: KubeObject, patch: unknown, schema: Schema): unknown {
  try {
    return structuredClone(algorithm(current, patch, schema));
  } catch (error) {
    if (error instanceof PatchError) throw statusOf(error);
    throw error;
  }
}

/** Upstream answers a JSON patch that does not apply as if another server had refused it. */
function statusOf(error: PatchError): StatusError {
  const options = { cause: error };
  switch (error.code) {
    case 400:
      return newBadRequest(error.message, options);
    case 413:
      return new StatusError(413, 'RequestEntityTooLarge', error.message, undefined, options);
    case 422: {
      const causes = [{ reason: 'UnexpectedServerResponse', message: error.message }];
      const message = 'the server rejected our request due to an error in our request';
      return new StatusError(422, 'Invalid', message, { causes }, options);
    }
    case 500:
      return new StatusError(500, '', error.message, undefined, options);
  }
}
