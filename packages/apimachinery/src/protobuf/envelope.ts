import { decodeProtobuf } from './decode';
import type { FieldDescriptor, MessageDescriptor } from './descriptor';
import { ProtobufError } from './protobuf-error';
import { BYTES, WireReader } from './wire-reader';
import { WireWriter } from './wire-writer';

/** What stands before every protobuf object of Kubernetes, at rest and on the wire: `k8s` and a zero byte. */
const MAGIC = Buffer.from('k8s\0', 'latin1');

/** An encoded object with its kind: upstream's runtime.Unknown. */
export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  /** The object's own message; of a decoded envelope a part of its bytes. */
  readonly raw: Buffer;
}

const text = (name: string, number: number): FieldDescriptor => ({
  name,
  number,
  shape: 'single',
  type: { is: 'scalar', type: 'string' },
  pointer: false,
  omitEmpty: true,
});

const TYPE_META: MessageDescriptor = {
  name: 'io.k8s.apimachinery.pkg.runtime.TypeMeta',
  fields: [text('apiVersion', 1), text('kind', 2)],
};

/** Takes an object out of its envelope. Throws a ProtobufError for bytes that are no protobuf of Kubernetes. */
export function decodeEnvelope(bytes: Buffer): Envelope {
  if (bytes.length === 0) throw new ProtobufError('empty data');
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new ProtobufError(
      `provided data does not appear to be a protobuf message, expected prefix [${[...MAGIC].join(' ')}]`,
    );
  }
  const reader = new WireReader(bytes, MAGIC.length);
  let type: Record<string, unknown> = {};
  let raw: Buffer = Buffer.alloc(0);
  while (reader.next()) {
    const { number, wire } = reader;
    if (number === 1 && wire === BYTES) type = decodeProtobuf(TYPE_META, reader.slice());
    else if (number === 2 && wire === BYTES) raw = reader.slice();
    else reader.skip();
  }
  const { apiVersion = '', kind = '' } = type;
  return { apiVersion: String(apiVersion), kind: String(kind), raw };
}

/** Puts an encoded object in its envelope. */
export function encodeEnvelope({ apiVersion, kind, raw }: Envelope): Buffer {
  const writer = new WireWriter();
  writeEmptyText(4, writer);
  writeEmptyText(3, writer);
  writer.bytes(raw);
  writer.tag(2, BYTES);
  const before = writer.length;
  writer.string(kind);
  writer.tag(2, BYTES);
  writer.string(apiVersion);
  writer.tag(1, BYTES);
  writer.closeMessage(before);
  writer.tag(1, BYTES);
  writer.raw(MAGIC);
  return writer.finish();
}

/** Content encoding and content type: Go writes them even though they are never set. */
function writeEmptyText(number: number, writer: WireWriter): void {
  writer.string('');
  writer.tag(number, BYTES);
}
