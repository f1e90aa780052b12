import { constants, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders, type IncomingHttpStatusHeader } from 'node:http2';
import { status } from '@grpc/grpc-js';

/** Before each message: whether it is compressed, and its length. */
const PREFIX_BYTES = 5;

/**
 * One request and its answer as gRPC has them, over an open connection; given up at `deadline` (milliseconds since 1970). Failures are worded as
 * gRPC's own client words them: `14 UNAVAILABLE: …`.
 */
export function callUnary(session: ClientHttp2Session, path: string, request: Buffer, deadline: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream = openStream(session, path);
    const answer = new Answer(stream);
    const timer = setTimeout(() => answer.giveUp(), Math.max(0, deadline - Date.now()));
    stream.on('response', (headers) => answer.take(headers));
    stream.on('data', (chunk: Buffer) => answer.chunks.push(chunk));
    stream.on('trailers', (trailers) => answer.take(trailers));
    stream.on('error', (error) => answer.fail(status.UNAVAILABLE, error.message));
    stream.on('close', () => {
      clearTimeout(timer);
      const result = answer.result();
      if (result instanceof Error) reject(result);
      else resolve(result);
    });
    stream.end(withPrefix(request));
  });
}

/** A connection that has ended meanwhile has sent nothing. */
function openStream(session: ClientHttp2Session, path: string): ClientHttp2Stream {
  try {
    return session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' });
  } catch (error) {
    throw new CallError(status.UNAVAILABLE, `No connection established: ${String(error)}`);
  }
}

/** Whether it may be that another member would have answered. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof CallError && (error.code === status.UNAVAILABLE || error.code === status.DEADLINE_EXCEEDED);
}

class CallError extends Error {
  constructor(
    readonly code: status,
    why: string,
  ) {
    super(`${code} ${status[code]}: ${why}`);
  }
}

/** What has come of an answer. */
class Answer {
  readonly chunks: Buffer[] = [];
  private failure: CallError | undefined;
  private isComplete = false;

  constructor(private readonly stream: ClientHttp2Stream) {}

  /** gRPC's status comes with the headers where there is no message, and else behind it. */
  take(headers: IncomingHttpHeaders & IncomingHttpStatusHeader): void {
    const httpStatus = headers[':status'] ?? constants.HTTP_STATUS_OK;
    if (httpStatus !== constants.HTTP_STATUS_OK) this.fail(status.UNAVAILABLE, `Received HTTP status code ${httpStatus}`);
    const code = headers['grpc-status'];
    if (code === undefined) return;
    this.isComplete = true;
    if (code !== '0') this.fail(Number(code) in status ? Number(code) : status.UNKNOWN, decodeMessage(String(headers['grpc-message'] ?? '')));
  }

  /** What failed first is why. */
  fail(code: status, why: string): void {
    this.failure ??= new CallError(code, why);
  }

  giveUp(): void {
    this.fail(status.DEADLINE_EXCEEDED, 'Deadline exceeded');
    this.stream.close(constants.NGHTTP2_CANCEL);
  }

  /** The message, when the stream has ended. */
  result(): Buffer | Error {
    if (!this.isComplete) this.fail(status.UNAVAILABLE, 'Connection dropped');
    const message = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    if (!isWhole(message)) this.fail(status.INTERNAL, 'the answer is not one whole message');
    return this.failure ?? message.subarray(PREFIX_BYTES);
  }
}

function withPrefix(message: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  framed.writeUInt8(0, 0);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, PREFIX_BYTES);
  return framed;
}

function isWhole(framed: Buffer): boolean {
  return framed.length >= PREFIX_BYTES && framed[0] === 0 && framed.readUInt32BE(1) === framed.length - PREFIX_BYTES;
}

/** Texts are percent-encoded; one that is not stays as it is. */
function decodeMessage(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
