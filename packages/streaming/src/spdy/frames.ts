/** Types of control frames. */
export const FrameType = {
  SynStream: 1,
  SynReply: 2,
  RstStream: 3,
  Settings: 4,
  Ping: 6,
  GoAway: 7,
  Headers: 8,
  WindowUpdate: 9,
} as const;

export const FLAG_FIN = 0x01;

const VERSION = 3;
const HEAD_BYTES = 8;

/** A frame as it came: data of a stream, or control. */
export type Frame =
  | { readonly kind: 'data'; readonly streamId: number; readonly flags: number; readonly payload: Buffer }
  | { readonly kind: 'control'; readonly type: number; readonly flags: number; readonly payload: Buffer };

/** Cuts a byte stream into frames. Fails on another version than 3. */
export async function* readFrames(source: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    rest = rest.length ? Buffer.concat([rest, chunk]) : chunk;
    for (let size = frameSize(rest); size !== undefined && rest.length >= size; size = frameSize(rest)) {
      yield parse(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
  }
}

function frameSize(bytes: Buffer): number | undefined {
  return bytes.length < HEAD_BYTES ? undefined : HEAD_BYTES + bytes.readUIntBE(5, 3);
}

function parse(bytes: Buffer): Frame {
  const first = bytes.readUInt32BE(0);
  const flags = bytes.readUInt8(4);
  const payload = bytes.subarray(HEAD_BYTES);
  if (first < 0x80000000) return { kind: 'data', streamId: first, flags, payload };
  const version = (first >>> 16) & 0x7fff;
  if (version !== VERSION) throw new Error(`SPDY version ${version} is not supported`);
  return { kind: 'control', type: first & 0xffff, flags, payload };
}

export function dataFrame(streamId: number, payload: Buffer, isLast: boolean): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(streamId, 0);
  head.writeUInt32BE(((isLast ? FLAG_FIN : 0) << 24) | payload.length, 4);
  return Buffer.concat([head, payload]);
}

export function controlFrame(type: number, payload: Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE((0x80000000 | (VERSION << 16) | type) >>> 0, 0);
  head.writeUInt32BE(((flags << 24) | payload.length) >>> 0, 4);
  return Buffer.concat([head, payload]);
}

/** The payload of frames that carry numbers only. */
export function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, position) => bytes.writeUInt32BE(value, position * 4));
  return bytes;
}
