import { Duplex } from 'node:stream';
import { controlFrame, dataFrame, FLAG_FIN, type Frame, FrameType, readFrames, words } from './frames';
import { HeaderReader, type Headers, HeaderWriter } from './headers';

const STATUS_REFUSED = 3;
const STATUS_CANCEL = 5;

/** Larger writes are cut, so that streams of a connection take turns. */
const MAX_DATA_BYTES = 32 * 1024;

export interface SpdyOptions {
  readonly isServer: boolean;
  /** Called for each stream that the other side opens. Without it they are refused. */
  readonly onStream?: (stream: SpdyStream) => void;
}

/**
 * SPDY/3.1 as Go's client library speaks it, which exec, attach and port-forward are built on. Neither side limits the other by windows (Go
 * never sends WINDOW_UPDATE): a slow reader holds the whole connection back instead.
 */
export class SpdyConnection {
  private readonly streams = new Map<number, SpdyStream>();
  private readonly reader = new HeaderReader();
  private readonly writer = new HeaderWriter();
  private nextId: number;
  private draining: Promise<void> | undefined;
  /** Resolves when the connection has ended, for whatever reason. */
  readonly closed: Promise<void>;

  constructor(
    private readonly socket: Duplex,
    private readonly options: SpdyOptions,
  ) {
    this.nextId = options.isServer ? 2 : 1;
    socket.on('error', () => undefined);
    this.closed = this.run().finally(() => this.end());
    this.closed.catch(() => undefined);
  }

  /** Opens a stream. */
  async open(headers: Headers): Promise<SpdyStream> {
    const id = this.nextId;
    this.nextId += 2;
    const stream = this.register(id, headers);
    await this.send(controlFrame(FrameType.SynStream, Buffer.concat([words(id, 0), Buffer.from([0, 0]), this.writer.write(headers)])));
    return stream;
  }

  /** Ends the connection; its streams with it. */
  close(): void {
    if (!this.socket.destroyed) this.socket.end(controlFrame(FrameType.GoAway, words(0, 0)));
  }

  /** Writes a frame; resolves when there is room for another. */
  async send(frame: Buffer): Promise<void> {
    if (this.socket.destroyed || this.socket.writableEnded) throw new Error('the SPDY connection is closed');
    if (this.socket.write(frame)) return;
    this.draining ??= new Promise((resolve) => {
      const done = (): void => {
        this.draining = undefined;
        this.socket.off('drain', done).off('close', done);
        resolve();
      };
      this.socket.on('drain', done).on('close', done);
    });
    await this.draining;
  }

  async sendData(id: number, chunk: Buffer): Promise<void> {
    for (let start = 0; start < chunk.length; start += MAX_DATA_BYTES) await this.send(dataFrame(id, chunk.subarray(start, start + MAX_DATA_BYTES), false));
  }

  async sendEnd(id: number): Promise<void> {
    await this.send(dataFrame(id, Buffer.alloc(0), true));
  }

  /** Tells the other side that a stream is given up, if that is not known to it already. */
  reset(id: number): void {
    if (this.streams.delete(id) && !this.socket.writableEnded && !this.socket.destroyed) this.socket.write(controlFrame(FrameType.RstStream, words(id, STATUS_CANCEL)));
  }

  forget(id: number): void {
    this.streams.delete(id);
  }

  private async run(): Promise<void> {
    for await (const frame of readFrames(this.socket)) await this.receive(frame);
  }

  private async receive(frame: Frame): Promise<void> {
    if (frame.kind === 'data') return this.receiveData(frame);
    const { type, payload, flags } = frame;
    if (type === FrameType.SynStream) return this.accept(payload, flags);
    if (type === FrameType.Ping && this.isForeign(payload.readUInt32BE(0))) return this.send(controlFrame(FrameType.Ping, payload));
    if (type === FrameType.SynReply || type === FrameType.Headers) {
      // Their content does not matter, but the blocks of a connection are one compressed stream.
      await this.reader.read(payload.subarray(4));
      if (flags & FLAG_FIN) this.streams.get(payload.readUInt32BE(0))?.endReading();
    } else if (type === FrameType.RstStream) this.wasReset(payload.readUInt32BE(0));
    return undefined;
  }

  private async accept(payload: Buffer, flags: number): Promise<void> {
    const id = payload.readUInt32BE(0) & 0x7fffffff;
    const headers = await this.reader.read(payload.subarray(10));
    const { onStream } = this.options;
    if (!onStream) return this.send(controlFrame(FrameType.RstStream, words(id, STATUS_REFUSED)));
    const stream = this.register(id, headers);
    await this.send(controlFrame(FrameType.SynReply, Buffer.concat([words(id), this.writer.write({})])));
    if (flags & FLAG_FIN) stream.endReading();
    onStream(stream);
  }

  private async receiveData({ streamId, flags, payload }: Extract<Frame, { kind: 'data' }>): Promise<void> {
    const stream = this.streams.get(streamId);
    if (!stream) return;
    if (payload.length) await stream.deliver(payload);
    if (flags & FLAG_FIN) stream.endReading();
  }

  private wasReset(id: number): void {
    const stream = this.streams.get(id);
    this.streams.delete(id);
    stream?.destroy();
  }

  private isForeign(id: number): boolean {
    return id % 2 === (this.options.isServer ? 1 : 0);
  }

  private register(id: number, headers: Headers): SpdyStream {
    const stream = new SpdyStream(this, id, headers);
    this.streams.set(id, stream);
    return stream;
  }

  private end(): void {
    for (const stream of this.streams.values()) stream.destroy();
    this.streams.clear();
    this.reader.close();
    this.socket.destroy();
  }
}

/** A stream of a connection; each direction ends by itself. */
export class SpdyStream extends Duplex {
  private wanted: (() => void) | undefined;

  constructor(
    private readonly connection: SpdyConnection,
    readonly id: number,
    readonly headers: Headers,
  ) {
    super({ allowHalfOpen: true });
    // What broke the connection is told by `closed` of it.
    this.on('error', () => undefined);
  }

  /** Takes data from the connection; resolves when the reader wants more. */
  async deliver(chunk: Buffer): Promise<void> {
    if (this.destroyed || this.readableEnded || this.push(chunk)) return;
    await new Promise<void>((resolve) => {
      this.wanted = resolve;
      this.once('close', resolve);
    });
  }

  endReading(): void {
    if (!this.destroyed) this.push(null);
  }

  override _read(): void {
    this.wanted?.();
    this.wanted = undefined;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.connection.sendData(this.id, chunk).then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.connection.sendEnd(this.id).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.writableFinished && this.readableEnded) this.connection.forget(this.id);
    else this.connection.reset(this.id);
    done(error);
  }
}
