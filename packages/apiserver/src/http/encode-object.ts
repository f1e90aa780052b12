import { encodeEnvelope, encodeProtobuf, type KubeObject, type MessageDescriptor, type Status } from '@typekube/apimachinery';
import { getDescriptor } from '@typekube/api';
import type { Accepted } from './negotiate';
import { partialMetadata } from './partial-metadata';

/**
 * Encodes an object that is not stored, or its metadata where no more is asked for: as JSON (also where YAML will be made of it), or
 * as protobuf. `definition` is its schema's name.
 */
export function encodeObject(object: KubeObject, definition: string, { as, format, metaVersion }: Accepted): Buffer {
  const metadataOnly = as === 'PartialObjectMetadata';
  const shown = metadataOnly ? partialMetadata(object.metadata, metaVersion ?? 'v1') : object;
  if (format !== 'protobuf') return Buffer.from(JSON.stringify(shown));
  const { kind, apiVersion } = shown;
  const descriptor = metadataOnly ? partialMetadataDescriptor : descriptorOf(definition);
  return encodeEnvelope({ kind, apiVersion, raw: encodeProtobuf(descriptor, { ...shown }) });
}

/** A Status in its protobuf envelope. */
export function encodeStatus(status: Status): Buffer {
  return encodeEnvelope({ kind: 'Status', apiVersion: 'v1', raw: encodeProtobuf(descriptorOf(STATUS), { ...status }) });
}

/** The descriptor of a definition that has protobuf. */
export function descriptorOf(definition: string): MessageDescriptor {
  const descriptor = getDescriptor(definition);
  if (!descriptor) throw new Error(`${definition} has no protobuf`);
  return descriptor;
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const STATUS = `${META}.Status`;

/** The message of `as=PartialObjectMetadata`, which no schema describes. */
export const partialMetadataDescriptor: MessageDescriptor = {
  name: `${META}.PartialObjectMetadata`,
  fields: [
    {
      name: 'metadata',
      number: 1,
      shape: 'single',
      type: { is: 'message', message: () => descriptorOf(`${META}.ObjectMeta`) },
      pointer: false,
      omitEmpty: true,
    },
  ],
};
