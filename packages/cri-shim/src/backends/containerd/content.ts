import { createHash } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { codeOf, isNotFound } from '../../errors';
import { containerd } from '../../generated/containerd';
import type { Containerd } from './services';

const { Content, WriteAction } = containerd.services.content.v1;

const CHUNK_BYTES = 1 << 20;

export interface Written {
  readonly digest: string;
  readonly size: number;
}

export interface WriteOptions {
  /** Names the unfinished write within the lease. */
  readonly ref: string;
  /** The digest that the bytes must have; without it, any. */
  readonly digest?: string;
  /** The lease that keeps the blob until an image refers to it. */
  readonly lease: string;
}

/** containerd's store of blobs by digest. */
export class ContentStore {
  constructor(private readonly containerd: Containerd) {}

  async has(digest: string): Promise<boolean> {
    try {
      await this.containerd.content.Info({ digest });
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  async read(digest: string): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const { data } of this.containerd.connection.stream(Content.Read, { digest })) chunks.push(data);
    return Buffer.concat(chunks);
  }

  /** Parses a JSON blob. The caller knows its shape from its media type. */
  async readJson<T>(digest: string): Promise<T> {
    const parsed: T = JSON.parse((await this.read(digest)).toString('utf8'));
    return parsed;
  }

  /** Stores the bytes and gives their digest. A blob that is there already is not stored twice. */
  async write(source: AsyncIterable<Buffer>, { ref: name, digest: wanted, lease }: WriteOptions): Promise<Written> {
    const call = this.containerd.connection.duplex(Content.Write, { headers: { 'containerd-lease': lease } });
    const responses = call[Symbol.asyncIterator]();
    // Failures of the call are those of its responses; that it is cancelled in the end is none.
    call.on('error', () => undefined);
    const ref = `${lease}-${name}`;
    const send = async (message: containerd.services.content.v1.IWriteContentRequest): Promise<void> => {
      call.write({ ref, ...message });
      await responses.next();
    };
    const hash = createHash('sha256');
    let size = 0;
    try {
      for await (const data of inChunks(source)) {
        hash.update(data);
        await send({ action: WriteAction.WRITE, offset: size, data });
        size += data.length;
      }
      const digest = `sha256:${hash.digest('hex')}`;
      if (wanted !== undefined && digest !== wanted) throw new Error(`unexpected digest of ${name}: got ${digest}, want ${wanted}`);
      await unlessExists(send({ action: WriteAction.COMMIT, offset: size, total: size, expected: digest }));
      await this.containerd.leases.AddResource({ id: lease, resource: { id: digest, type: 'content' } });
      return { digest, size };
    } finally {
      call.cancel();
    }
  }

  writeBytes(bytes: Buffer, lease: string): Promise<Written> {
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const once = async function* (): AsyncGenerator<Buffer> {
      yield bytes;
    };
    return this.write(once(), { ref: `blob-${digest}`, digest, lease });
  }

  /** Adds labels to a blob; containerd's garbage collector follows those named `containerd.io/gc.ref.*`. */
  async label(digest: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const paths = Object.keys(labels).map((key) => `labels.${key}`);
    await this.containerd.content.Update({ info: { digest, labels: { ...labels } }, updateMask: { paths } });
  }
}

async function unlessExists(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (codeOf(error) !== status.ALREADY_EXISTS) throw error;
  }
}

async function* inChunks(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let size = 0;
  for await (const piece of source) {
    pending.push(piece);
    size += piece.length;
    if (size < CHUNK_BYTES) continue;
    yield Buffer.concat(pending);
    pending = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(pending);
}
