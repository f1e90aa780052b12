import { encodeEnvelope, encodeProtobuf, type KubeObject, type MessageDescriptor, type Status } from '@typekube/apimachinery';
import { getDescriptor } from '@typekube/api';
import type { Accepted } from './negotiate';

/**
 * Encodes an object that is not stored: as JSON (also where YAML will be made of it), or as protobuf. `definition` is its schema's
 * name.
 */
export function encodeObject(object: KubeObject, definition: string, { format }: Accepted): Buffer {
  if (format !== 'protobuf') return Buffer.from(JSON.stringify(object));
  const { kind, apiVersion } = object;
  return encodeEnvelope({ kind, apiVersion, raw: encodeProtobuf(descriptorOf(definition), { ...object }) });
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

const STATUS = 'io.k8s.apimachinery.pkg.apis.meta.v1.Status';
