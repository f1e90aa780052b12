import {
  decodeEnvelope,
  decodeProtobuf,
  type Envelope,
  newBadRequest,
  parseGroupVersion,
  ProtobufError,
  type Schema,
} from '@typekube/apimachinery';
import { getDescriptor } from '@typekube/api';
import type { ExpectedKind } from './decode-object';
import { unrecognized } from './unrecognized';

/** What a body must be; without an apiVersion, that of any group will do. */
export type ExpectedBody = Omit<ExpectedKind, 'apiVersion'> & { readonly apiVersion?: string };

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** Whether objects of the schema can travel as protobuf: all built-in kinds can, custom resources cannot. */
export function hasProtobuf({ name }: Schema): boolean {
  return name !== undefined && getDescriptor(name) !== undefined;
}

/**
 * Decodes a body to the JSON form of the expected kind, with the kind and apiVersion that its envelope tells. The object of
 * another kind is not decoded: the caller refuses it by these two. Fails with 400 and upstream's texts.
 */
export function parseProtobuf(body: Buffer, expected: ExpectedBody): Record<string, unknown> {
  const { apiVersion, kind, raw } = openEnvelope(body, expected);
  const type = { ...(kind && { kind }), ...(apiVersion && { apiVersion }) };
  const isExpected = (!kind || kind === expected.kind) && (!apiVersion || apiVersion === (expected.apiVersion ?? apiVersion));
  const descriptor = isExpected && getDescriptor(expected.schema.name ?? '');
  if (!descriptor) return type;
  try {
    return { ...type, ...decodeProtobuf(descriptor, raw) };
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    const { version } = parseGroupVersion(apiVersion || (expected.apiVersion ?? ''));
    const message = `${expected.kind} in version "${version}" cannot be handled as a ${expected.kind}: ${error.message}`;
    throw newBadRequest(message, { cause: error });
  }
}

function openEnvelope(body: Buffer, { kind }: ExpectedBody): Envelope {
  try {
    return decodeEnvelope(body);
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw unrecognized(kind, body, error);
  }
}
