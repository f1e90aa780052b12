/** Bytes that are no valid message, worded as Go's generated decoders do, or a value that a field cannot hold. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}
