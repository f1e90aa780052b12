import { BYTES } from './wire-reader';
import { WireWriter } from './wire-writer';

/**
 * The message of a list of kinds: its metadata and items, each an encoded message without envelope. All lists of Kubernetes have
 * these two fields and numbers.
 */
export function encodeListMessage(metadata: Buffer, items: readonly Buffer[]): Buffer {
  const writer = new WireWriter();
  for (let i = items.length - 1; i >= 0; i--) {
    writer.bytes(items[i] ?? metadata);
    writer.tag(2, BYTES);
  }
  writer.bytes(metadata);
  writer.tag(1, BYTES);
  return writer.finish();
}

const FRAME_HEAD_BYTES = 4;

/**
 * One event of a watch as it stands in the stream: a length of four bytes, big endian, and a metav1.WatchEvent without envelope,
 * whose object has one.
 */
export function encodeWatchFrame(type: string, object: Buffer): Buffer {
  const writer = new WireWriter();
  writer.bytes(object);
  writer.tag(1, BYTES);
  writer.closeMessage(0);
  writer.tag(2, BYTES);
  writer.string(type);
  writer.tag(1, BYTES);
  const head = Buffer.allocUnsafe(FRAME_HEAD_BYTES);
  head.writeUInt32BE(writer.length);
  writer.raw(head);
  return writer.finish();
}
