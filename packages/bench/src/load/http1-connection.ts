import { once } from 'node:events';
import type { TcpSocketConnectOpts } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';

/** The most bytes taken from a socket at once. */
const READ_BYTES = 128 * 1024;

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * A keep-alive connection that sends ready requests, one at a time, and reads of each answer only its status and length. Cheap on
 * purpose, so that one process outruns the server: no streams, no objects per request.
 */
export class Http1Connection {
  private done: ((error?: Error) => void) | undefined;
  /** Body bytes that the answer still lacks; undefined while its head is incomplete. */
  private left: number | undefined;
  private head: Buffer | undefined;
  /** All bytes of all answers so far. */
  bytesReceived = 0;
  /** Answers that were no success. */
  refusals = 0;
  /** Length of the last answer's body. */
  bodyBytes = 0;

  private constructor(
    private readonly socket: TLSSocket,
    /** Whether a refusal is an answer, too; else it is an error. */
    private readonly takesRefusals: boolean,
  ) {
    socket.on('error', (error) => this.finish(error));
    socket.on('close', () => this.finish(new Error('the server has closed the connection')));
  }

  static async open(port: number, takesRefusals = false): Promise<Http1Connection> {
    let connection: Http1Connection | undefined;
    const options: ConnectionOptions & Pick<TcpSocketConnectOpts, 'onread'> = {
      port,
      host: '127.0.0.1',
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false,
      onread: {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback: (length, buffer) => {
          connection?.receive(Buffer.from(buffer.buffer, buffer.byteOffset, length));
          return true;
        },
      },
    };
    const socket = connect(options);
    await once(socket, 'secureConnect');
    socket.setNoDelay(true);
    connection = new Http1Connection(socket, takesRefusals);
    return connection;
  }

  /** Sends a request; `done` is called when its whole answer is here, with an error if its status is not 2xx. */
  send(request: Buffer | string, done: (error?: Error) => void): void {
    this.done = done;
    this.socket.write(request);
  }

  close(): void {
    this.done = undefined;
    this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    this.bytesReceived += chunk.length;
    if (this.left === undefined) this.readHead(chunk);
    else this.left -= chunk.length;
    if (this.left === 0) {
      this.left = undefined;
      this.finish();
    }
  }

  private readHead(chunk: Buffer): void {
    const head = this.head ? Buffer.concat([this.head, chunk]) : chunk;
    const end = head.indexOf(HEAD_END);
    if (end < 0) {
      // The chunk's memory is used again for the next one.
      this.head = Buffer.from(head);
      return;
    }
    this.head = undefined;
    const text = head.toString('latin1', 0, end);
    const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
    const isSuccess = text.startsWith('HTTP/1.1 2');
    if (!isSuccess) this.refusals += 1;
    if ((!isSuccess && !this.takesRefusals) || length === undefined) {
      this.finish(new Error(`not the answer expected: ${head.toString('utf8', 0, 1024)}`));
      return;
    }
    this.bodyBytes = Number(length);
    this.left = this.bodyBytes - (head.length - end - HEAD_END.length);
  }

  private finish(error?: Error): void {
    const { done } = this;
    this.done = undefined;
    done?.(error);
  }
}
