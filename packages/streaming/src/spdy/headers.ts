import { constants, createInflate, type Inflate } from 'node:zlib';
import { DICTIONARY } from './dictionary';

/** Headers of a stream: names in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** More than this is no header of a client that means well. */
const MAX_HEADER_BYTES = 64 * 1024;

/** Unpacks the header blocks of a connection, which are one zlib stream. One block at a time. */
export class HeaderReader {
  private readonly inflate: Inflate = createInflate({ dictionary: DICTIONARY, flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH });

  async read(block: Buffer): Promise<Headers> {
    const { inflate } = this;
    const chunks: Buffer[] = [];
    const take = (chunk: Buffer): void => void chunks.push(chunk);
    inflate.on('data', take);
    try {
      await new Promise<void>((resolve, reject) => {
        inflate.once('error', reject);
        inflate.write(block, (error) => {
          inflate.off('error', reject);
          if (error) reject(error);
          else resolve();
        });
      });
    } finally {
      inflate.off('data', take);
    }
    return parseHeaders(Buffer.concat(chunks));
  }

  close(): void {
    this.inflate.destroy();
  }
}

function parseHeaders(bytes: Buffer): Headers {
  if (bytes.length > MAX_HEADER_BYTES) throw new Error('the headers of a SPDY stream are too large');
  let position = 0;
  const text = (): string => {
    const length = bytes.readUInt32BE(position);
    position += 4 + length;
    return bytes.toString('latin1', position - length, position);
  };
  const count = bytes.readUInt32BE(position);
  position += 4;
  const headers: Record<string, string> = {};
  for (let left = count; left > 0; left--) headers[text().toLowerCase()] = text();
  return headers;
}

/**
 * Packs header blocks without compressing them: as stored blocks of one zlib stream, each with an empty stored block behind it. Go's inflater
 * is spoilt by anything that it can read only in part.
 */
export class HeaderWriter {
  private isFirst = true;

  write(headers: Headers): Buffer {
    const plain = serialize(headers);
    const head = Buffer.alloc(5);
    head.writeUInt16LE(plain.length, 1);
    head.writeUInt16LE(plain.length ^ 0xffff, 3);
    const start = this.isFirst ? ZLIB_HEAD : Buffer.alloc(0);
    this.isFirst = false;
    return Buffer.concat([start, head, plain, EMPTY_BLOCK]);
  }
}

/** Deflate with a window of 32 KiB, no preset dictionary. */
const ZLIB_HEAD = Buffer.from([0x78, 0x01]);

const EMPTY_BLOCK = Buffer.from([0x00, 0x00, 0x00, 0xff, 0xff]);

function serialize(headers: Headers): Buffer {
  const entries = Object.entries(headers);
  const parts = [u32(entries.length)];
  for (const [name, value] of entries) for (const text of [name.toLowerCase(), value]) parts.push(u32(Buffer.byteLength(text, 'latin1')), Buffer.from(text, 'latin1'));
  return Buffer.concat(parts);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
