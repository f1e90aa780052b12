import { Writable } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Upgrade } from '../upgrade';

/** Nothing is expected of the client. */
const MAX_RECEIVED_BYTES = 64 * 1024;

const NORMAL_CLOSURE = 1000;

/**
 * Does the handshake of WebSocket and gives a stream of lines, each of which is a text message of its own. The stream is closed when
 * the client goes; what the client says is ignored. Undefined if the request was refused; the client has its answer then.
 */
export function acceptMessages({ request, socket, head }: Upgrade): Promise<Writable | undefined> {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_RECEIVED_BYTES });
  return new Promise((resolve) => {
    socket.once('close', () => resolve(undefined));
    server.handleUpgrade(request, socket, head, (accepted) => resolve(lineWriter(accepted)));
  });
}

function lineWriter(socket: WebSocket): Writable {
  const writer = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const lines = linesOf(chunk);
      lines.forEach((line, i) => socket.send(line, { binary: false }, i === lines.length - 1 ? done : undefined));
    },
    final(done) {
      socket.close(NORMAL_CLOSURE);
      done();
    },
    destroy(error, done) {
      if (socket.readyState === socket.OPEN) socket.terminate();
      done(error);
    },
  });
  // What is received must be read, or the client's going would not be seen.
  socket.on('message', () => undefined);
  socket.on('error', () => undefined);
  socket.once('close', () => writer.destroy());
  return writer.on('error', () => undefined);
}

/** The lines of what was written, which is whole ones. */
function linesOf(chunk: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < chunk.length; ) {
    const end = chunk.indexOf(NEWLINE, at);
    const next = end < 0 ? chunk.length : end + 1;
    lines.push(chunk.subarray(at, next));
    at = next;
  }
  return lines;
}

const NEWLINE = 0x0a;
